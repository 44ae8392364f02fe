import { compactVerify, createRemoteJWKSet, decodeJwt, decodeProtectedHeader } from 'jose'

/** @typedef {import('./browser.js').Tenant} Tenant */

/**
 * What a relying party finds that verifies nothing but the signature.
 *
 * @param {Tenant} tenant
 * @param {string} token
 * @param {string[]} [algorithms]
 */
export const verifySignature = async (tenant, token, algorithms) => {
  const keys = createRemoteJWKSet(new URL(`${tenant.url}/.well-known/jwks.json`))
  return compactVerify(token, keys, algorithms && { algorithms })
}

/**
 * @param {string} token
 * @returns {{ header: Record<string, unknown>, claims: Record<string, unknown>, signature: string }}
 */
export const readJwt = token => ({
  header: /** @type {Record<string, unknown>} */ (decodeProtectedHeader(token)),
  claims: decodeJwt(token),
  signature: token.split('.')[2] ?? '',
})

/**
 * @param {Tenant} tenant
 * @returns {Promise<string[]>} the ids of the published keys
 */
export const publishedKids = async tenant => {
  const response = await fetch(`${tenant.url}/.well-known/jwks.json`)
  const { keys } = /** @type {{ keys: { kid: string }[] }} */ (await response.json())
  return keys.map(({ kid }) => kid)
}
