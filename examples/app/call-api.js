/**
 * @typedef {object} ApiAnswer
 * @property {string} path
 * @property {number} status
 * @property {unknown} body
 */

/** It asks for a scope, which the token of this page has. */
const PATH = '/api/private-scoped'

/**
 * Calls the protected API with an access token.
 *
 * @param {string} apiUrl
 * @param {string} token
 * @returns {Promise<ApiAnswer>}
 */
export const callApi = async (apiUrl, token) => {
  const response = await fetch(apiUrl + PATH, { headers: { Authorization: `Bearer ${token}` } })
  return { path: PATH, status: response.status, body: await response.json() }
}
