import { expect, vi } from 'vitest'
import { BILLING } from '../page.ts'
import { type Claim, nobody } from './claim.ts'

const DAY_MS = 86_400_000

/** Staying signed in, and signing out. */
export const session: Record<string, Claim> = {
  'Here and at the tenant: logout': {
    after: async (page, { auth0 }) => {
      page.button.click()
      await vi.waitFor(() => expect(page.visited).toHaveLength(1))
      expect(page.visited[0]).toMatch(/^https:\/\/tenant\.example\.com\/v2\/logout\?/)
      expect(page.lastVisit()).toMatchObject({
        client_id: page.clientId,
        returnTo: 'https://app.example.com',
      })
      expect(await auth0.isAuthenticated()).toBe(false)
    },
  },

  'Only here': {
    after: async (page, { auth0 }) => {
      expect(await auth0.isAuthenticated()).toBe(false)
      expect(page.visited).toEqual([])
      expect(page.asked('logout')).toEqual([])
    },
  },

  Everywhere: {
    before: async page => {
      const auth0 = page.createClient({ cacheLocation: 'localstorage' })
      await page.signIn(auth0)
      const other = page.createClient({ cacheLocation: 'localstorage', clientId: 'other' })
      await page.signIn(other)
      expect(Object.keys(localStorage).join()).toContain('@@auth0spajs@@::other')
      return auth0
    },
    after: async (page, { auth0 }) => {
      expect(await auth0.isAuthenticated()).toBe(false)
      expect(Object.keys(localStorage).join()).not.toContain('::other')
      expect(page.lastVisit()).not.toHaveProperty('client_id')
      expect(page.lastVisit()).toHaveProperty('federated')
    },
  },

  'Only where to: buildLogoutUrl': {
    after: async (page, { auth0, url }) => {
      expect(`${url}`).toContain('/v2/logout?')
      expect(page.visited).toEqual([])
      expect(await auth0.isAuthenticated()).toBe(true)
    },
  },

  'Revoke the refresh tokens too: revokeRefreshToken': {
    before: async page => {
      const auth0 = page.createClient()
      await page.signIn(auth0)
      await auth0.getTokenSilently({ authorizationParams: { audience: BILLING } })
      expect(page.tenant.refreshTokens).toHaveLength(2)
      return auth0
    },
    after: async page => {
      page.button.click()
      await vi.waitFor(() => expect(page.visited).toHaveLength(1))
      expect(page.tenant.refreshTokens).toMatchObject([
        { status: 'revoked' },
        { status: 'revoked' },
      ])
    },
  },

  'Tokens in localStorage: cacheLocation': {
    before: nobody,
    after: async (page, { auth0 }, again) => {
      await page.signIn(auth0)
      const before = page.requests.length
      const reloaded = await again()
      expect(await reloaded.auth0.getTokenSilently()).toBe(await auth0.getTokenSilently())
      expect(page.requests).toHaveLength(before)
    },
  },

  'A cache of your own: cache': {
    before: nobody,
    after: async (page, { auth0 }, again) => {
      await page.signIn(auth0)
      const keys = Object.keys(sessionStorage).filter(key => key.startsWith('@@auth0spajs@@'))
      expect(keys).toHaveLength(2)
      const reloaded = await again()
      expect(await reloaded.auth0.getTokenSilently()).toBe(await auth0.getTokenSilently())
      await reloaded.auth0.logout({ openUrl: false })
      expect(Object.keys(sessionStorage)).toEqual([])
    },
  },

  'For more than a day: sessionCheckExpiryDays': {
    before: nobody,
    after: async (page, { auth0 }, again) => {
      await page.signIn(auth0)
      const cookie = page.cookies.find(text => text.startsWith('auth0.the-page.is.authenticated='))
      const expires = Date.parse(/expires=([^;]+)/.exec(`${cookie}`)?.[1] ?? '')
      expect((expires - Date.now()) / DAY_MS).toBeCloseTo(7)
      page.tenant.signIn()
      expect(await (await again()).auth0.isAuthenticated()).toBe(true)
    },
  },

  'Over subdomains: cookieDomain': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      expect(page.cookies.length).toBeGreaterThan(0)
      for (const cookie of page.cookies) expect(cookie).toContain('; domain=example.com')
    },
  },

  'Half the cookies: legacySameSiteCookie': {
    before: nobody,
    after: async (page, { auth0 }) => {
      const namesAfter = async (client: typeof auth0): Promise<string> => {
        page.cookies.length = 0
        await page.signIn(client)
        return page.cookies.filter(cookie => !cookie.includes('=;')).join()
      }
      expect(await namesAfter(auth0)).not.toContain('_legacy_')
      expect(await namesAfter(page.createClient())).toContain('_legacy_auth0.')
    },
  },
}
