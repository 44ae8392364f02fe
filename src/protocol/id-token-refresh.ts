import type { IdToken } from '../types/identity.ts'

/** Claims of a login that the ID tokens of its refreshes must not contradict, but may leave out. */
export interface LoginClaims {
  sub?: unknown
  nonce?: unknown
  auth_time?: unknown
}

const NAMES = ['sub', 'nonce', 'auth_time'] as const

/** The claims to store beside a refresh token, if there are any. */
export const loginClaimsOf = (claims: LoginClaims): LoginClaims | undefined => {
  const present = NAMES.filter(name => claims[name] !== undefined)
  return present.length ? Object.fromEntries(present.map(name => [name, claims[name]])) : undefined
}

/** The login that an ID token can come from; a claim that only one of the two has is ignored. */
export const findLogin = (claims: LoginClaims, logins: LoginClaims[]): LoginClaims | undefined =>
  logins.find(login =>
    NAMES.every(
      name =>
        claims[name] === undefined || login[name] === undefined || claims[name] === login[name],
    ),
  )

/**
 * Compares the ID token of a refresh with the one before (OpenID Connect Core section 12.2).
 *
 * @param before the claims of the ID token that it replaces
 * @param logins the logins that the refresh token can come from; empty if unknown
 * @returns what is wrong, or `undefined`
 */
export const validateRefreshedIdToken = (
  claims: IdToken,
  before: IdToken | undefined,
  logins: LoginClaims[],
): string | undefined => {
  const differs = (from: string, names: string): string =>
    `The ID token of the refresh differs from ${from} in its ${names} claim: sign in again`
  // Without an issuer it was not an ID token: tests store parts of one.
  for (const name of before?.iss ? ['iss', 'sub', 'azp'] : []) {
    if (claims[name] !== before?.[name]) return differs('the one before', name)
  }
  if (logins.length === 0 || findLogin(claims, logins)) return
  return differs('that of the login', 'sub, nonce or auth_time')
}
