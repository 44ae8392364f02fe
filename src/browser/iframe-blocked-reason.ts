import { isBrowser } from './environment.ts'

/**
 * Why a hidden iframe cannot return a response on this page, or `undefined` if it can: the page is
 * cross-origin isolated, was not loaded over http, or has an opaque origin, to which no message can
 * be addressed.
 */
export const iframeBlockedReason = (): string | undefined => {
  if (!isBrowser()) {
    return 'getTokenSilently() is not available on the server. Call it in the browser.'
  }
  const { protocol } = location
  const reason =
    (window.crossOriginIsolated && 'running in a Cross-Origin Isolated context') ||
    (!protocol.startsWith('http') && `loaded from ${protocol}`) ||
    (window.origin === 'null' && 'in a sandboxed frame without allow-same-origin')
  if (!reason) return
  return `The application is ${reason}, silently retrieving a token without refresh token is not possible.`
}
