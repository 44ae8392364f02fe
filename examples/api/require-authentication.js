import { insufficientAuthentication } from './api-error.js'
import { CLOCK_TOLERANCE_SECONDS } from './verify-access-token.js'

/**
 * @typedef {object} StepUp
 * The login that a route requires (RFC 9470).
 * @property {string} acrValues the accepted authentication context classes, separated by spaces
 * @property {number} [maxAgeSeconds] how long ago the login may be
 */

/**
 * Requires that the user signed in in one of these ways and recently enough, by the claims `acr` and
 * `auth_time` of the access token (RFC 9068 section 2.2.1).
 *
 * @param {import('jose').JWTPayload} claims
 * @param {StepUp} required
 * @param {import('./api-error.js').Scheme} scheme of the request
 * @throws {import('./api-error.js').ApiError} with a challenge that tells what to ask the tenant for
 */
export const requireAuthentication = (claims, { acrValues, maxAgeSeconds }, scheme) => {
  const params = {
    acr_values: acrValues,
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
  }
  if (!acrValues.split(' ').includes(String(claims.acr))) {
    throw insufficientAuthentication('Another way to sign in is required', scheme, params)
  }
  if (maxAgeSeconds === undefined) return
  const ageSeconds = Date.now() / 1000 - Number(claims.auth_time ?? 0)
  if (!(ageSeconds <= maxAgeSeconds + CLOCK_TOLERANCE_SECONDS)) {
    throw insufficientAuthentication('A more recent login is required', scheme, params)
  }
}
