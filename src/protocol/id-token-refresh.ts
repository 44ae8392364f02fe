import type { IdToken } from '../types/identity.ts'

/** What the ID token of a login says of that very login; those of its refreshes may leave it out. */
export interface LoginClaims {
  nonce?: unknown
  auth_time?: unknown
}

const NAMES = ['nonce', 'auth_time'] as const

/** The claims to keep beside a refresh token, if there are any. */
export const loginClaimsOf = (claims: LoginClaims): LoginClaims | undefined => {
  const known = NAMES.filter(name => claims[name] !== undefined)
  return known.length ? Object.fromEntries(known.map(name => [name, claims[name]])) : undefined
}

/** The login that an ID token may come from; claims that only one of them has say nothing. */
export const findLogin = (claims: LoginClaims, logins: LoginClaims[]): LoginClaims | undefined =>
  logins.find(login =>
    NAMES.every(
      name =>
        claims[name] === undefined || login[name] === undefined || claims[name] === login[name],
    ),
  )

/**
 * What is wrong with the ID token of a refresh, if anything is (OpenID Connect Core section 12.2).
 *
 * @param before the ID token that it replaces
 * @param logins those that the refresh token may come from; none where that is not known
 */
export const judgeRefreshedIdToken = (
  claims: IdToken,
  before: IdToken | undefined,
  logins: LoginClaims[],
): string | undefined => {
  for (const name of ['iss', 'sub', 'azp']) {
    if (before && claims[name] !== before[name]) {
      return `The ID token of the refresh differs from the one before in its ${name} claim`
    }
  }
  if (logins.length === 0 || findLogin(claims, logins)) return
  return 'The ID token of the refresh differs from that of the login in its nonce or auth_time claim'
}
