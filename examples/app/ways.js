/** @typedef {import('./measure-call.js').Way} Way */

/** What the page calls the ways a token can come. */
/** @type {Readonly<Record<Way, string>>} */
export const WAYS = {
  cache: 'From the cache',
  'refresh-token': 'By refresh token',
  iframe: 'Through an iframe',
  'other-tab': 'Another tab’s renewal',
  code: 'By authorization code',
  none: 'No token',
  error: 'Failed',
}
