import type { Cookies } from '../browser/cookies.ts'
import { removeItem, writeItem } from '../browser/web-storage.ts'

/** A day in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000

/** The name before 1.18, without the client id. */
const UNSCOPED = 'auth0.is.authenticated'

/** Cookies that tell a reloaded page whether to restore a session. They contain no token. */
export interface SessionCookies {
  /** Whether a user has signed in within the lifetime of the cookie. */
  isSignedIn(): boolean
  /** @param signedOut the number of the last sign-out, which tells sessions apart */
  save(organization: string | undefined, signedOut?: number): void
  /** What the cookie says; it changes when a user signs in after a sign-out. */
  value(): unknown
  clear(): void
}

/** The name of the cookie with the organization of the last login. */
export const organizationCookie = (clientId: string): string =>
  `auth0.${clientId}.organization_hint`

/** The options that session cookies depend on. */
export interface SessionCookieOptions {
  clientId: string
  sessionCheckExpiryDays: number
  cookieDomain?: string | undefined
}

export const createSessionCookies = (
  cookies: Cookies,
  { clientId, sessionCheckExpiryDays, cookieDomain }: SessionCookieOptions,
): SessionCookies => {
  const signedIn = `auth0.${clientId}.is.authenticated`
  const organizationHint = organizationCookie(clientId)
  const lifetimeMs = sessionCheckExpiryDays * DAY_MS

  return {
    isSignedIn: () => {
      // If there are several, a sibling of this host must not hide ours; `true` only leads to a check.
      if (cookies.get(signedIn) || cookies.all(signedIn).some(Boolean)) return true
      if (!cookies.get(UNSCOPED)) return false
      cookies.set(signedIn, true, lifetimeMs)
      cookies.remove(UNSCOPED)
      return true
    },
    save: (organization, signedOut) => {
      // Read first: reading cookies just after writing one is slow.
      const isHintStored = cookies.all(organizationHint).length > 0
      if (cookieDomain) writeItem('localStorage', organizationHint, organization ?? '')
      cookies.set(signedIn, signedOut || true, lifetimeMs)
      if (organization) cookies.set(organizationHint, organization, lifetimeMs)
      else if (isHintStored) cookies.remove(organizationHint)
    },
    // All of them, so that a cookie of a sibling does not hide that ours has changed.
    value: () => String(cookies.all(signedIn)) || cookies.get(signedIn),
    clear: () => {
      cookies.remove(signedIn)
      cookies.remove(organizationHint)
      if (cookieDomain) removeItem('localStorage', organizationHint)
    },
  }
}
