import { HttpResponse } from 'msw'
import { expect, vi } from 'vitest'
import { BILLING, claimsOf, sdk } from '../page.ts'
import { type Claim, nobody } from './claim.ts'

/** Coming back, popups, and what is known of the person then. */
export const signIn: Record<string, Claim> = {
  'Finish the login: handleRedirectCallback': {
    before: async page => {
      const auth0 = page.createClient()
      await auth0.loginWithRedirect({ appState: { returnTo: '/inbox' } })
      await page.comeBack()
      return auth0
    },
    after: async (_page, { auth0 }) => {
      expect(location.href).toBe('https://app.example.com/inbox')
      expect(await auth0.isAuthenticated()).toBe(true)
    },
  },

  'Finish it in another tab: useCookiesForTransactions': {
    before: nobody,
    after: async (page, { auth0 }, again) => {
      await auth0.loginWithRedirect()
      await page.comeBack()
      sessionStorage.clear()
      const otherTab = await again()
      await otherTab.auth0.handleRedirectCallback()
      expect(await otherTab.auth0.isAuthenticated()).toBe(true)
    },
  },

  'Anybody: isAuthenticated': {
    after: async page => {
      expect(page.button.textContent).toBe('Sign out')
    },
  },

  'The person: getUser': {
    before: async page => {
      const auth0 = page.createClient()
      page.tenant.user = { name: 'Ada', 'https://example.com/roles': ['editor'] }
      await page.signIn(auth0)
      return auth0
    },
    after: async (page, { auth0, user, isEditor }) => {
      expect(isEditor).toBe(true)
      expect(page.button.textContent).toBe('Ada')
      expect(await auth0.getUser()).toBe(user)
    },
  },

  'Everything the ID token says: getIdTokenClaims': {
    after: async (page, { idToken }) => {
      expect(claimsOf(idToken)).toMatchObject({ iss: page.tenant.issuer, aud: page.clientId })
    },
  },

  'Only a fresh login will do': {
    before: nobody,
    after: async page => {
      expect(page.lastVisit()).toMatchObject({ max_age: '300' })
    },
  },

  'Other signatures: idTokenSigningAlgs': {
    before: nobody,
    after: async (page, { auth0 }) => {
      // The tenant signs with RS256.
      await expect(page.signIn(auth0)).rejects.toMatchObject({ error: 'invalid_token' })
      await expect(page.signIn(page.createClient())).resolves.toBeDefined()
    },
  },

  'No signatures: idTokenSignature': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      expect(await auth0.isAuthenticated()).toBe(true)
      expect(page.asked('jwks')).toEqual([])
    },
  },

  'Clocks that disagree: leeway': {
    before: nobody,
    after: async (page, { auth0 }) => {
      page.useTenant({ idTokenLifetimeSeconds: -30 })
      await expect(page.signIn(auth0)).rejects.toMatchObject({ error: 'invalid_token' })
      await expect(page.signIn(page.createClient())).resolves.toBeDefined()
    },
  },

  'A clock of your own: nowProvider': {
    before: async page => {
      const hourAgo = new Date(Date.now() - 3_600_000).toUTCString()
      page.apiAnswers.push(() => new HttpResponse(null, { headers: { Date: hourAgo } }))
      return undefined
    },
    after: async (page, { auth0 }) => {
      page.useTenant({ idTokenLifetimeSeconds: -1800 })
      await expect(page.signIn(auth0)).resolves.toBeDefined()
      const fooled = page.createClient()
      await expect(page.signIn(fooled)).rejects.toMatchObject({ error: 'invalid_token' })
    },
  },

  'Sign in without leaving the page: loginWithPopup': {
    before: nobody,
    after: async (page, { auth0 }) => {
      page.button.click()
      await vi.waitFor(async () => expect(await auth0.isAuthenticated()).toBe(true))
      expect(page.popups).toMatchObject([{ closed: true }])
      expect(page.visited).toEqual([])

      page.stopPopups()
      const { results } = vi.spyOn(auth0, 'loginWithPopup').mock
      vi.useFakeTimers()
      page.button.click()
      await vi.waitFor(() => expect(page.popups[1]?.url).toBeTruthy())
      Object.assign(page.popups[1] ?? {}, { closed: true })
      const cancelled = expect(results[0]?.value).rejects.toBeInstanceOf(sdk.PopupCancelledError)
      await vi.advanceTimersByTimeAsync(10_000)
      await cancelled
      expect(page.shown).toEqual([])

      vi.stubGlobal('open', () => null)
      page.button.click()
      await vi.waitFor(() => expect(page.shown).toMatchObject([{ error: 'popup_open' }]))
    },
  },

  'Your own window': {
    before: nobody,
    after: async (page, { auth0 }) => {
      page.button.click()
      await vi.waitFor(async () => expect(await auth0.isAuthenticated()).toBe(true))
      expect(page.popups).toMatchObject([{ features: 'width=500,height=700', closed: false }])

      page.stopPopups()
      vi.useFakeTimers()
      page.button.click()
      await vi.waitFor(() => expect(page.popups[1]?.url).toBeTruthy())
      await vi.advanceTimersByTimeAsync(290_000)
      expect(page.popups[1]).toMatchObject({ closed: false })
      await vi.advanceTimersByTimeAsync(10_000)
      expect(page.popups[1]).toMatchObject({ closed: true })
      expect(page.shown).toMatchObject([{ error: 'timeout' }])
    },
  },

  'A token from a popup: getTokenWithPopup': {
    after: async page => {
      page.button.click()
      await vi.waitFor(() => expect(page.api).toHaveLength(1))
      expect(page.popups).toHaveLength(1)
      const token = page.api[0]?.headers.get('Authorization')?.replace('Bearer ', '')
      expect(claimsOf(token)).toMatchObject({ aud: BILLING })
    },
  },

  'A second factor: interactiveErrorHandler': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      page.tenant.fail('token', { error: 'mfa_required', status: 403 })
      expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
      expect(page.popups).toMatchObject([{ closed: true }])

      page.tenant.fail('token', { error: 'mfa_required', status: 403 })
      vi.stubGlobal('open', () => null)
      const blocked = auth0.getTokenSilently({ cacheMode: 'off' })
      await expect(blocked).rejects.toMatchObject({ error: 'popup_open' })
    },
  },
}
