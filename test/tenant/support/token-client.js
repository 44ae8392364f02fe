import { APP, CLIENT_ID, openBrowser } from './browser.js'

/** @typedef {import('./browser.js').Tenant} Tenant */

/**
 * @typedef {object} TokenAnswer
 * @property {string} access_token
 * @property {string} id_token
 * @property {string} refresh_token
 * @property {string} token_type
 * @property {number} expires_in
 * @property {string} scope
 * @property {string} [error]
 * @property {string} [error_description]
 */

/**
 * @param {Record<string, string>} fields
 * @param {'form' | 'json'} encoding
 */
const encode = (fields, encoding) =>
  encoding === 'form'
    ? { body: new URLSearchParams(fields) }
    : { body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } }

/**
 * @param {Tenant} tenant
 * @param {string} path
 * @param {Record<string, string>} fields
 * @param {'form' | 'json'} [encoding]
 */
export const post = (tenant, path, fields, encoding = 'form') =>
  fetch(tenant.url + path, {
    method: 'POST',
    ...encode({ client_id: CLIENT_ID, ...fields }, encoding),
  })

/**
 * @param {Response} response
 * @returns {Promise<{ status: number, body: TokenAnswer }>}
 */
const readAnswer = async response => ({
  status: response.status,
  body: /** @type {TokenAnswer} */ (await response.json()),
})

/**
 * @param {Tenant} tenant
 * @param {{ code: string | undefined, verifier: string, redirectUri?: string }} login
 * @param {'form' | 'json'} [encoding]
 */
export const redeemCode = async (tenant, { code = '', verifier, redirectUri }, encoding) =>
  readAnswer(
    await post(
      tenant,
      '/oauth/token',
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri ?? `${APP}/callback`,
      },
      encoding,
    ),
  )

/**
 * @param {Tenant} tenant
 * @param {string} refreshToken
 * @param {'form' | 'json'} [encoding]
 */
export const refresh = async (tenant, refreshToken, encoding) =>
  readAnswer(
    await post(
      tenant,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      encoding,
    ),
  )

/**
 * A complete login, in a browser of its own unless one is given.
 *
 * @param {Tenant} tenant
 * @param {Record<string, string>} [params]
 * @param {ReturnType<typeof openBrowser>} [browser]
 * @returns {Promise<TokenAnswer>}
 */
export const logIn = async (tenant, params, browser = openBrowser(tenant)) => {
  const { answer, verifier } = await browser.authorize(params)
  const { body } = await redeemCode(tenant, { code: answer.code, verifier })
  return body
}

/**
 * @param {Tenant} tenant
 * @returns {Promise<string>} the refresh token of a new login
 */
export const newRefreshToken = async tenant =>
  (await logIn(tenant, { scope: 'openid offline_access' })).refresh_token

/** What every refresh token of no use is answered with. */
export const UNUSABLE = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
}
