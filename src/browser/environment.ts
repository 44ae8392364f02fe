import { GenericError, InvalidConfigurationError } from '../errors/core.ts'

/** Whether this code runs in a page, and not on a server, where some libraries define a `window`. */
export const isBrowser = (): boolean =>
  typeof window === 'object' && typeof document === 'object' && typeof location === 'object'

/** @throws InvalidConfigurationError on a server */
export const requireBrowser = (): void => {
  if (!isBrowser()) {
    throw new InvalidConfigurationError('There is no page here.', 'Call it in the browser.')
  }
}

/** Whether this page supports workers. */
export const hasWorkers = (): boolean => isBrowser() && 'Worker' in window

/**
 * @throws GenericError `crypto_unavailable` in a page without Web Crypto, which is missing outside
 *   of secure contexts
 */
export const requireCrypto = (): void => {
  if (!isBrowser()) return
  let crypto: Crypto | undefined
  try {
    crypto = window.crypto
    if (crypto?.subtle) return
  } catch {
    // Naming it is denied.
  }
  throw new GenericError(
    'crypto_unavailable',
    crypto
      ? 'auth0-spa-js must run on a secure origin. Serve the page over https, or from localhost.'
      : 'For security reasons, `window.crypto` is required to run `auth0-spa-js`.',
  )
}

/** Whether the browser reports that it is offline; loopback addresses can always be reached. */
export const isOffline = (url: string): boolean => {
  try {
    return navigator.onLine === false && !/^(localhost|127\.|\[::1\])/.test(new URL(url).hostname)
  } catch {
    return false
  }
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Runs the task when the browser is idle, so that it does not delay the page's own startup work. In
 * browsers without `requestIdleCallback`, it runs in a later turn of the event loop.
 */
export const whenIdle = (task: () => void): void => {
  try {
    requestIdleCallback(task, { timeout: 2000 })
  } catch {
    setTimeout(task)
  }
}
