import { APP, CLIENT_ID, openBrowser } from './browser.js'
import { createDpopKey } from './dpop.js'

/** @typedef {import('./browser.js').Tenant} Tenant */
/** @typedef {import('./token-client.js').TokenAnswer} TokenAnswer */

/**
 * An application with a DPoP key, and a browser in which its user signs in.
 *
 * @param {Tenant} tenant
 */
export const openDpopApp = async tenant => {
  const key = await createDpopKey()
  const browser = openBrowser(tenant)
  const tokenUrl = `${tenant.url}/oauth/token`

  /**
   * @param {Record<string, string>} fields
   * @param {string | undefined} proof
   */
  const send = async (fields, proof) => {
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { origin: APP, ...(proof && { dpop: proof }) },
      body: new URLSearchParams({ client_id: CLIENT_ID, ...fields }),
    })
    return {
      status: response.status,
      headers: response.headers,
      nonce: response.headers.get('dpop-nonce') ?? undefined,
      body: /** @type {TokenAnswer} */ (await response.json()),
    }
  }

  /** @param {Parameters<typeof key.prove>[1]} [details] */
  const prove = details => key.prove(tokenUrl, details)

  /**
   * @param {Record<string, string>} [params]
   * @returns {Promise<Record<string, string>>} the fields that redeem the code of a login
   */
  const newCode = async params => {
    const { answer, verifier, request } = await browser.authorize(params)
    return {
      grant_type: 'authorization_code',
      code: answer.code ?? '',
      code_verifier: verifier,
      redirect_uri: request.redirect_uri,
    }
  }

  return {
    key,
    browser,
    tokenUrl,
    prove,
    send,
    newCode,

    /** @param {Record<string, string>} [params] */
    logIn: async params => {
      const { body } = await send(await newCode(params), await prove())
      return body
    },

    /**
     * @param {string} refreshToken
     * @param {{ nonce?: string | undefined, fields?: Record<string, string> }} [details]
     */
    refresh: async (refreshToken, { nonce, fields } = {}) =>
      send(
        { grant_type: 'refresh_token', refresh_token: refreshToken, ...fields },
        await prove(nonce === undefined ? {} : { nonce }),
      ),
  }
}

/** The answer to a proof that is missing, wrong or used. */
export const INVALID_PROOF = { status: 400, body: { error: 'invalid_dpop_proof' } }
