import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { insufficientScope, invalidToken, keysUnavailable, tokenMissing } from './refusal.js'

/** What the tenant signs access tokens with. Without a list, a token would choose for itself. */
const ALGORITHMS = ['RS256']

/** How far the clocks of the tenant and of this machine may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5

/** These say that there are no keys to judge by, and nothing about the token. */
const KEYS_MISSING = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'])

/** @param {unknown} error */
const areKeysMissing = error => !(error instanceof errors.JOSEError) || KEYS_MISSING.has(error.code)

/** @param {unknown} error */
const describe = error => {
  if (error instanceof errors.JWTExpired) return 'The access token has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `The access token has the wrong ${error.claim}`
  }
  return 'The access token is not valid'
}

/**
 * Judges access tokens: signed with a published key of the tenant, issued by it, for this API, not
 * expired. The keys are fetched when they are first needed, kept, and fetched once more when a token
 * names one that is not among them.
 *
 * @param {{ issuer: string, audience: string }} expected `issuer` ends in a slash, as Auth0's does
 */
export const createVerifyAccessToken = ({ issuer, audience }) => {
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', issuer))

  /**
   * @param {string | undefined} authorization the header of the request
   * @returns {Promise<import('jose').JWTPayload>} the claims of its token
   * @throws {import('./refusal.js').Refusal}
   */
  return async authorization => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
    if (!token) throw tokenMissing()
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      })
      return payload
    } catch (error) {
      throw areKeysMissing(error) ? keysUnavailable(error) : invalidToken(describe(error), error)
    }
  }
}

/**
 * @param {import('jose').JWTPayload} claims
 * @param {string} scope one that the request needs
 * @throws {import('./refusal.js').Refusal}
 */
export const requireScope = (claims, scope) => {
  const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : []
  if (!granted.includes(scope)) throw insufficientScope(scope)
}
