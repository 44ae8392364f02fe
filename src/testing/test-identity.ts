import type { DecodedToken, User } from '../index.ts'

export const ID_TOKEN_LIFETIME_SECONDS = 36_000

const encode = (part: object): string => {
  const utf8 = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(part)))
  return btoa(utf8).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
}

/** An unsigned ID token (RFC 7519 section 6) of a user who is signed in from the start. */
export const createTestIdentity = (
  given: User,
  { issuer, clientId }: { issuer: string; clientId: string },
  nowSeconds: number,
): DecodedToken => {
  const user = { ...given }
  const claims = {
    ...user,
    iss: issuer,
    aud: clientId,
    iat: nowSeconds,
    exp: nowSeconds + ID_TOKEN_LIFETIME_SECONDS,
  }
  const __raw = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`
  return { user, claims: { ...claims, __raw } }
}
