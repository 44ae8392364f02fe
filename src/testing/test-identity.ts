import type { IdToken, User } from '../index.ts'

const LIFETIME_SECONDS = 36_000

/** Who is signed in at a test client. */
export interface TestIdentity {
  user: User
  claims: IdToken
}

/** Without `TextEncoder`, which is not in every page that tests are run in. */
const encode = (part: object): string => {
  const utf8 = encodeURIComponent(JSON.stringify(part)).replace(/%(..)/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return btoa(utf8).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
}

/** An identity as an ID token would bring it. The token says that nobody signed it (RFC 7519 section 6). */
export const createTestIdentity = (
  given: User,
  { issuer, clientId }: { issuer: string; clientId: string },
  nowSeconds: number,
): TestIdentity => {
  const user = { ...given }
  const claims = {
    ...user,
    iss: issuer,
    aud: clientId,
    iat: nowSeconds,
    exp: nowSeconds + LIFETIME_SECONDS,
  }
  const __raw = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`
  return { user, claims: { ...claims, __raw } }
}
