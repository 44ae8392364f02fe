import { HttpResponse, http } from 'msw'
import { expect, vi } from 'vitest'
import { network } from '../../../support/network.ts'
import { API, BILLING, claimsOf, sdk } from '../page.ts'
import { type Claim, nobody } from './claim.ts'

const statusesOf = ({ tenant }: { tenant: { refreshTokens: readonly { status: string }[] } }) =>
  tenant.refreshTokens.map(({ status }) => status)

/** Getting tokens, renewing them, and what can go wrong. */
export const tokens: Record<string, Claim> = {
  'An access token: getTokenSilently': {
    after: async (page, { auth0, response }) => {
      expect(response).toMatchObject({ ok: true })
      expect(page.api[0]).toMatchObject({ url: `${API}messages` })
      const token = await auth0.getTokenSilently()
      expect(page.api[0]?.headers.get('Authorization')).toBe(`Bearer ${token}`)
      expect(page.asked('token')).toHaveLength(1)
    },
  },

  'A new one when the API refuses it': {
    before: async page => {
      const auth0 = page.createClient()
      await page.signIn(auth0)
      page.apiAnswers.push(() => HttpResponse.json({}, { status: 401 }))
      return auth0
    },
    after: async (page, { response }) => {
      expect(response).toMatchObject({ status: 200 })
      const shown = page.api.map(({ headers }) => headers.get('Authorization'))
      expect(new Set(shown).size).toBe(2)
      expect(statusesOf(page)).toEqual(['spent', 'active'])
    },
  },

  'Without the network': {
    after: async (page, { auth0, token }, again) => {
      expect(token).toBe(await auth0.getTokenSilently())
      expect(page.asked('token')).toHaveLength(1)
      await auth0.logout({ openUrl: false })
      const made = await again()
      expect(made.token).toBeUndefined()
      expect(page.shown).toHaveLength(1)
      expect(page.asked('token')).toHaveLength(1)
    },
  },

  'The whole answer': {
    after: async (page, { auth0, answer, mayWrite }) => {
      expect(answer).toMatchObject({
        access_token: await auth0.getTokenSilently(),
        expires_in: 86_400,
        scope: expect.stringContaining('openid'),
      })
      expect(JSON.stringify(answer)).not.toContain(page.tenant.refreshTokens[0]?.token)
      expect(mayWrite).toBe(false)
    },
  },

  'Time limits: authorizeTimeoutInSeconds, httpTimeoutInSeconds': {
    before: async page => {
      page.tenant.signIn()
      return undefined
    },
    after: async (page, { auth0, token }) => {
      expect(token).toMatch(/^access-token-/)
      page.stopFrames()
      for (const answered of document.querySelectorAll('iframe')) answered.remove()
      vi.useFakeTimers()
      let error: unknown
      auth0.getTokenSilently({ cacheMode: 'off' }).catch(reason => {
        error = reason
      })
      const isAsking = (): boolean => document.querySelector('iframe') !== null
      await vi.waitFor(() => expect(isAsking()).toBe(true))
      await vi.advanceTimersByTimeAsync(18_000)
      expect(error).toBeUndefined()
      await vi.advanceTimersByTimeAsync(3_000)
      expect(error).toBeInstanceOf(sdk.TimeoutError)
    },
  },

  'JSON instead of forms: useFormData': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      const request = page.requests.find(({ url }) => url === page.tenant.endpoints.token)
      expect(request?.headers.get('Content-Type')).toBe('application/json')
    },
  },

  'For one call': {
    after: async (page, { token }) => {
      expect(claimsOf(token)).toMatchObject({
        aud: BILLING,
        scope: expect.stringMatching(/openid profile email .*read:invoices/),
      })
      expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
    },
  },

  'Scopes for each audience': {
    before: nobody,
    after: async (page, { auth0 }) => {
      const scopeFor = async (audience?: string): Promise<string | undefined> => {
        const authorizationParams = audience ? { audience } : {}
        await auth0.loginWithRedirect({ authorizationParams })
        return page.lastVisit().scope
      }
      expect(await scopeFor()).toBe('openid profile email read:messages')
      expect(await scopeFor(BILLING)).toBe('openid read:invoices')
      expect(await scopeFor('https://other.example.com/')).toBe('openid profile email')
    },
  },

  'One refresh token for several APIs: useMrrt': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      const authorizationParams = { audience: BILLING }
      const token = await auth0.getTokenSilently({ authorizationParams })
      expect(claimsOf(token)).toMatchObject({ aud: BILLING })
      expect(page.asked('authorize')).toHaveLength(1)
      expect(page.asked('token').at(-1)).toMatchObject({ grant_type: 'refresh_token' })
    },
  },

  'Renew with them: useRefreshTokens': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      await auth0.getTokenSilently({ cacheMode: 'off' })
      await auth0.getTokenSilently({ cacheMode: 'off' })
      expect(statusesOf(page)).toEqual(['spent', 'spent', 'active'])
      expect(page.asked('authorize')).toHaveLength(1)
    },
  },

  'When one is refused: useRefreshTokensFallback': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      page.tenant.fail('token', { error: 'invalid_grant', status: 403 })
      expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
      expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
    },
  },

  'The worker as a file of yours: workerUrl': {
    before: async () => {
      const started: string[] = []
      // One that fails: tokens stay in the page then.
      class BrokenWorker extends EventTarget {
        constructor(url: string) {
          super()
          started.push(url)
          queueMicrotask(() => this.dispatchEvent(new Event('error')))
        }
        postMessage() {}
        terminate() {}
      }
      vi.stubGlobal('Worker', Object.assign(BrokenWorker, { started }))
      vi.spyOn(console, 'warn').mockImplementation(() => {})
      return undefined
    },
    after: async (page, { auth0 }) => {
      await page.signIn(auth0)
      expect(Reflect.get(Worker, 'started')).toEqual([
        'https://app.example.com/auth0-spa-js.worker.production.js',
      ])
      expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
    },
  },

  'By class': {
    after: async (_page, { explain }) => {
      const told = [
        new sdk.PopupOpenError(),
        new sdk.PopupCancelledError(window),
        new sdk.PopupTimeoutError(window),
        new sdk.TimeoutError(),
        new sdk.MfaRequiredError('mfa_required', 'Required', 'token', {}),
        new sdk.MissingScopesError('default', 'write:messages'),
        new sdk.MissingRefreshTokenError('default', 'openid'),
        new sdk.AuthenticationError('access_denied', 'Denied', 'state'),
        new sdk.InvalidConfigurationError('Wrong.', 'Do it right.'),
        new sdk.GenericError('server_error', 'The server failed'),
        new Error('Something else'),
      ].map(explain as (error: unknown) => string)
      expect(new Set(told).size).toBe(told.length)
      expect(told.slice(-4, -1)).toEqual([
        'The login failed: Denied',
        'Do it right.',
        'The server failed',
      ])
    },
  },

  'By code': {
    before: async page => {
      const auth0 = page.createClient()
      await page.signIn(auth0)
      page.tenant.fail('token', { error: 'invalid_grant', status: 403 })
      return auth0
    },
    after: async (page, { auth0 }, again) => {
      expect(page.visited).toHaveLength(1)
      expect(page.shown).toEqual([])
      await page.signIn(auth0)
      network.use(http.post(page.tenant.endpoints.token, () => HttpResponse.error()))
      await again()
      expect(page.visited).toHaveLength(1)
      expect(page.shown).toHaveLength(1)
    },
  },
}
