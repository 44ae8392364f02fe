import { GenericError } from '../errors/core.ts'

/** Whether this code runs in a page, and not on a server. */
export const isBrowser = (): boolean => typeof window !== 'undefined'

/** Whether this page can have workers at all. */
export const hasWorkers = (): boolean => isBrowser() && 'Worker' in window

/**
 * @throws GenericError where a page has no Web Crypto, because it is not a secure context
 */
export const requireCrypto = (): void => {
  if (!isBrowser() || window.crypto?.subtle) return
  throw new GenericError(
    'crypto_unavailable',
    window.crypto
      ? 'auth0-spa-js must run on a secure origin. Serve the page over https, or from localhost.'
      : 'For security reasons, `window.crypto` is required to run `auth0-spa-js`.',
  )
}

/**
 * Why a hidden iframe cannot get an answer on this page, or `undefined` when it can: the page
 * is cross-origin isolated, or was not loaded over http.
 */
export const whyNoIframe = (): string | undefined => {
  if (!isBrowser()) return 'On a server no token can be had silently: ask for it in the browser.'
  const { protocol } = location
  const why =
    (window.crossOriginIsolated && 'running in a Cross-Origin Isolated context') ||
    (!protocol.startsWith('http') && `loaded from ${protocol}`)
  if (!why) return
  return `The application is ${why}, silently retrieving a token without refresh token is not possible.`
}

/** Whether the browser knows that this address cannot be reached; this machine always can. */
export const isOutOfReach = (url: string): boolean =>
  navigator.onLine === false && !/^(localhost|127\.|\[::1\])/.test(new URL(url).hostname)

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
