import { GenericError } from '../errors.ts'

/** Whether this code runs in a page, and not on a server. */
export const isBrowser = (): boolean => typeof window !== 'undefined'

/**
 * @throws GenericError where a page has no Web Crypto, because it is not a secure context
 */
export const requireCrypto = (): void => {
  if (!isBrowser()) return
  if (!window.crypto) {
    throw new GenericError(
      'crypto_unavailable',
      'For security reasons, `window.crypto` is required to run `auth0-spa-js`.',
    )
  }
  if (!window.crypto.subtle) {
    throw new GenericError(
      'crypto_unavailable',
      'auth0-spa-js must run on a secure origin. Serve the page over https, or from localhost.',
    )
  }
}

/**
 * Why a hidden iframe cannot get an answer on this page, or `undefined` when it can: the page
 * is cross-origin isolated, or was not loaded over http.
 */
export const whyNoIframe = (): string | undefined => {
  if (!isBrowser()) return 'There is no browser here, and so no iframe.'
  if (window.crossOriginIsolated) {
    return 'The application is running in a Cross-Origin Isolated context, silently retrieving a token without refresh token is not possible.'
  }
  if (!location.protocol.startsWith('http')) {
    return `The page was loaded from ${location.protocol}, silently retrieving a token without refresh token is not possible.`
  }
}

/** Whether the browser knows that this address cannot be reached; this machine always can. */
export const isOutOfReach = (url: string): boolean =>
  navigator.onLine === false && !/^(localhost|127\.|\[::1\])/.test(new URL(url).hostname)

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
