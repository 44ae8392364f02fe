import type { Cookies } from '../browser/cookies.ts'
import { ownCookie } from '../browser/own-cookie.ts'
import { readItem } from '../browser/web-storage.ts'
import { DAY_MS, organizationCookie, type SessionCookieOptions } from './session-cookies.ts'

/**
 * The organization of the last login, as far as a sibling domain cannot have changed it. Every host
 * below `cookieDomain` can write the cookie, so there a login at this origin is in localStorage too.
 */
export const readOrganizationHint = (
  cookies: Cookies,
  { clientId, sessionCheckExpiryDays, cookieDomain }: SessionCookieOptions,
): string | undefined => {
  const name = organizationCookie(clientId)
  const noted = cookieDomain ? readItem('localStorage', name) : undefined
  if (noted !== undefined) return noted || undefined
  const hint = ownCookie(cookies, name, sessionCheckExpiryDays * DAY_MS)
  return typeof hint === 'string' ? hint : undefined
}
