import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { insufficientScope, invalidToken, keysUnavailable, tokenMissing } from './api-error.js'

/** The accepted algorithms. Without a list, the token itself would select the algorithm. */
const ALGORITHMS = ['RS256']

/** The allowed clock difference between the tenant and this machine. */
const CLOCK_TOLERANCE_SECONDS = 5

/** These errors are about the keys and do not say anything about the token. */
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
 * Verifies access tokens: signed with a published key of the tenant, issued by it, for this API, not
 * expired, and not bound to a key. The keys are fetched when they are first needed, cached, and fetched again when a token
 * names an unknown key.
 *
 * @param {{ issuer: string, audience: string }} expected `issuer` ends in a slash, as Auth0's does
 */
export const createVerifyAccessToken = ({ issuer, audience }) => {
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', issuer))

  /**
   * @param {string | undefined} authorization the header of the request
   * @returns {Promise<import('jose').JWTPayload>} the claims of its token
   * @throws {import('./api-error.js').ApiError}
   */
  return async authorization => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
    if (!token) throw tokenMissing()
    /** @type {import('jose').JWTPayload} */
    let claims
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      })
      claims = payload
    } catch (error) {
      throw areKeysMissing(error) ? keysUnavailable(error) : invalidToken(describe(error), error)
    }
    // It is bound to a key or a certificate that this API does not ask for: to accept it as a bearer
    // token would make its copies usable (RFC 9449 section 7.2, RFC 8705 section 3).
    if ('cnf' in claims) throw invalidToken('The access token is bound to a key')
    return claims
  }
}

/**
 * @param {import('jose').JWTPayload} claims
 * @param {string} scope the scope that the request requires
 * @throws {import('./api-error.js').ApiError}
 */
export const requireScope = (claims, scope) => {
  const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : []
  if (!granted.includes(scope)) throw insufficientScope(scope)
}
