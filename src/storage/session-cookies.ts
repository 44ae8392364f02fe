import type { Cookies } from '../browser/cookies.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** The name before 1.18, without the client id. */
const UNSCOPED = 'auth0.is.authenticated'

/** Cookies that tell a reloaded page whether to restore a session. They contain no token. */
export interface SessionCookies {
  /** Whether a user has signed in within the lifetime of the cookie. */
  isSignedIn(): boolean
  /** The organization of the last login. */
  organization(): string | undefined
  /** @param signedOut the number of the last sign-out, which tells sessions apart */
  save(organization: string | undefined, signedOut?: number): void
  /** What the cookie says; it changes when a user signs in after a sign-out. */
  value(): unknown
  clear(): void
}

export const createSessionCookies = (
  cookies: Cookies,
  { clientId, sessionCheckExpiryDays }: { clientId: string; sessionCheckExpiryDays: number },
): SessionCookies => {
  const signedIn = `auth0.${clientId}.is.authenticated`
  const organizationHint = `auth0.${clientId}.organization_hint`
  const lifetimeMs = sessionCheckExpiryDays * DAY_MS

  return {
    isSignedIn: () => {
      if (cookies.get(signedIn)) return true
      if (!cookies.get(UNSCOPED)) return false
      cookies.set(signedIn, true, lifetimeMs)
      cookies.remove(UNSCOPED)
      return true
    },
    organization: () => {
      const hint = cookies.get(organizationHint)
      return typeof hint === 'string' ? hint : undefined
    },
    save: (organization, signedOut) => {
      // Read first: reading cookies just after writing one is slow.
      const isHintStored = cookies.get(organizationHint) !== undefined
      cookies.set(signedIn, signedOut || true, lifetimeMs)
      if (organization) cookies.set(organizationHint, organization, lifetimeMs)
      else if (isHintStored) cookies.remove(organizationHint)
    },
    value: () => cookies.get(signedIn),
    clear: () => {
      cookies.remove(signedIn)
      cookies.remove(organizationHint)
    },
  }
}
