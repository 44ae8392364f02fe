import { InsufficientUserAuthenticationError } from './sdk.js'

/**
 * @typedef {object} ApiAnswer
 * @property {string} path
 * @property {number} status
 * @property {unknown} body
 * @property {import('./sdk.js').StepUpParams} [stepUp] the login that the API demands
 */

/**
 * Calls a route of the API with the access token.
 *
 * @param {{ fetchWithAuth(url: string): Promise<Response> }} fetcher
 * @param {string} path
 * @returns {Promise<ApiAnswer>}
 */
export const callApi = async (fetcher, path) => {
  try {
    const response = await fetcher.fetchWithAuth(path)
    return { path, status: response.status, body: await response.json() }
  } catch (error) {
    if (!(error instanceof InsufficientUserAuthenticationError)) throw error
    const { authorizationParams } = error
    return { path, status: 401, body: authorizationParams, stepUp: authorizationParams }
  }
}
