/** @typedef {import('./measure-call.js').TokenSource} TokenSource */

/** The labels of the token sources on the page. */
/** @type {Readonly<Record<TokenSource, string>>} */
export const TOKEN_SOURCES = {
  cache: 'From the cache',
  'refresh-token': 'By refresh token',
  iframe: 'Through an iframe',
  'other-tab': 'Another tab’s renewal',
  code: 'By authorization code',
  none: 'No token',
  error: 'Failed',
}
