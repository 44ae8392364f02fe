import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { insufficientScope, invalidToken, keysUnavailable, tokenMissing } from './api-error.js'

/** @typedef {import('./api-error.js').Scheme} Scheme */
/** @typedef {import('jose').JWTPayload} Claims */

/** The accepted algorithms. Without a list, the token itself would select the algorithm. */
const ALGORITHMS = ['RS256']

/** The allowed clock difference between the tenant and this machine. */
export const CLOCK_TOLERANCE_SECONDS = 5

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
 * @param {string | undefined} authorization
 * @returns {{ scheme: Scheme, token: string } | undefined}
 */
const readToken = authorization => {
  const [, scheme = '', token] = /^(Bearer|DPoP) +(\S+)$/i.exec(authorization ?? '') ?? []
  return token ? { scheme: /^d/i.test(scheme) ? 'DPoP' : 'Bearer', token } : undefined
}

/**
 * The thumbprint of the key that a token is bound to (RFC 9449 section 6.1).
 *
 * @param {Claims} claims
 */
const thumbprintOf = ({ cnf }) => {
  const { jkt, ...others } = Object(cnf)
  return typeof jkt === 'string' && Object.keys(others).length === 0 ? jkt : undefined
}

/**
 * @typedef {object} TokenRequest
 * The parts of a request that prove who sends it.
 * @property {string | undefined} authorization
 * @property {string | undefined} dpop
 * @property {string} method
 * @property {string} url the address of the request as the client sees it
 */

/**
 * Verifies access tokens: signed with a published key of the tenant, issued by it, for this API, and not
 * expired. A token that is bound to a key must come with the scheme `DPoP` and a proof by that key, any
 * other with the scheme `Bearer` (RFC 9449 section 7.2). The keys of the tenant are fetched when they are
 * first needed, cached, and fetched again when a token names an unknown key.
 *
 * @param {{
 *   issuer: string,
 *   audience: string,
 *   verifyProof: import('./verify-dpop-proof.js').VerifyDpopProof,
 * }} expected `issuer` ends in a slash, as Auth0's does
 */
export const createVerifyAccessToken = ({ issuer, audience, verifyProof }) => {
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', issuer))

  /**
   * @param {string} token
   * @param {Scheme} scheme
   */
  const verifyToken = async (token, scheme) => {
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
      throw areKeysMissing(error)
        ? keysUnavailable(error)
        : invalidToken(describe(error), scheme, error)
    }
  }

  /**
   * @param {TokenRequest} request
   * @returns {Promise<{ claims: Claims, scheme: Scheme }>}
   * @throws {import('./api-error.js').ApiError}
   */
  return async ({ authorization, dpop, method, url }) => {
    const given = readToken(authorization)
    if (!given) throw tokenMissing(dpop === undefined ? 'Bearer' : 'DPoP')
    const { scheme, token } = given
    const claims = await verifyToken(token, scheme)
    if (scheme === 'Bearer') {
      // To accept it as a bearer token would make its copies usable (RFC 9449 section 7.2, RFC 8705
      // section 3). The challenge names the scheme that it needs.
      if ('cnf' in claims) throw invalidToken('The access token is bound to a key', 'DPoP')
      return { claims, scheme }
    }
    const thumbprint = thumbprintOf(claims)
    if (!thumbprint) throw invalidToken('The access token is not bound to a DPoP key', 'DPoP')
    await verifyProof({ proof: dpop, method, url, accessToken: token, thumbprint })
    return { claims, scheme }
  }
}

/**
 * @param {Claims} claims
 * @param {string} scope the scope that the request requires
 * @param {Scheme} scheme of the request
 * @throws {import('./api-error.js').ApiError}
 */
export const requireScope = (claims, scope, scheme) => {
  const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : []
  if (!granted.includes(scope)) throw insufficientScope(scope, scheme)
}
