import type { Cookies } from '../browser/cookies.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Before 1.18 the cookie did not name the client. */
const UNSCOPED = 'auth0.is.authenticated'

/** Cookies that survive a reload and say what the memory has forgotten. They hold no token. */
export interface LoginHints {
  /** Whether somebody signed in here lately. */
  isSignedIn(): boolean
  /** The organization of the last login. */
  organization(): string | undefined
  save(organization: string | undefined): void
  clear(): void
}

export const createLoginHints = (
  cookies: Cookies,
  { clientId, hintLifetimeDays }: { clientId: string; hintLifetimeDays: number },
): LoginHints => {
  const signedIn = `auth0.${clientId}.is.authenticated`
  const organizationHint = `auth0.${clientId}.organization_hint`
  const lifetimeMs = hintLifetimeDays * DAY_MS

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
    save: organization => {
      cookies.set(signedIn, true, lifetimeMs)
      if (organization) cookies.set(organizationHint, organization, lifetimeMs)
      else cookies.remove(organizationHint)
    },
    clear: () => {
      cookies.remove(signedIn)
      cookies.remove(organizationHint)
    },
  }
}
