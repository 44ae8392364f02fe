import { HttpResponse, http } from 'msw'
import { expect, vi } from 'vitest'
import { network } from '../../../support/network.ts'
import { API, BILLING, kit } from '../page.ts'
import { type Claim, nobody } from './claim.ts'

/** Making a client, and leaving for the login page. */
export const start: Record<string, Claim> = {
  'The least: domain, clientId': {
    before: nobody,
    after: async (page, { auth0 }) => {
      expect(await auth0.isAuthenticated()).toBe(false)
      expect(page.requests).toEqual([])
    },
  },

  'What every login asks for: authorizationParams': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await auth0.loginWithRedirect({ authorizationParams: { ui_locales: 'de', hint: 'x' } })
      expect(page.lastVisit()).toMatchObject({
        redirect_uri: 'https://app.example.com',
        audience: API,
        scope: 'openid profile email read:messages',
        ui_locales: 'de',
        hint: 'x',
      })
    },
  },

  'Without waiting: checkSession': {
    before: async page => {
      await page.signIn(page.createClient())
      page.tenant.signIn()
      return undefined
    },
    after: async (page, { auth0 }) => {
      expect(await auth0.getUser()).toMatchObject({ name: 'Ada Lovelace' })
      expect(page.button.hidden).toBe(true)
      expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
    },
  },

  'What it was made with: getConfiguration': {
    after: async (page, { domain, clientId }) => {
      expect({ domain, clientId }).toEqual({ domain: page.domain, clientId: page.clientId })
    },
  },

  'A custom domain: issuer': {
    before: nobody,
    after: async (_page, { auth0 }) => {
      const tenant = kit.createTestTenant({
        domain: 'example.auth0.com',
        redirectUris: [location.origin],
      })
      const behind = (url: string): string => url.replace('login.example.com', tenant.domain)
      network.use(
        http.all('https://login.example.com/*', async ({ request }) => {
          const { method, url } = request
          const body = await request.text()
          const answer = await tenant.respond({ method, url: behind(url), body })
          return new HttpResponse(answer.body, answer)
        }),
      )
      await kit.signIn(auth0, { answerLogin: url => tenant.answerLogin(behind(url)) })
      expect(await auth0.getIdTokenClaims()).toMatchObject({ iss: 'https://example.auth0.com/' })
    },
  },

  'Leave for the login page: loginWithRedirect': {
    before: nobody,
    after: async (page, { auth0 }) => {
      page.button.click()
      await vi.waitFor(() => expect(page.visited).toHaveLength(1))
      await page.comeBack()
      expect(await auth0.handleRedirectCallback()).toMatchObject({ appState: { returnTo: '/' } })
    },
  },

  'Straight to a connection, or to the page for new users': {
    before: nobody,
    after: async page => {
      expect(page.lastVisit()).toMatchObject({
        connection: 'google-oauth2',
        screen_hint: 'signup',
        login_hint: 'ada@example.com',
      })
    },
  },

  'Leave in another way': {
    before: nobody,
    after: async page => {
      expect(page.visited).toHaveLength(1)
      expect(page.visited[0]).toMatch(/^https:\/\/tenant\.example\.com\/authorize\?.*#dark$/)
      expect(location.assign).not.toHaveBeenCalled()
      expect(location.replace).toHaveBeenCalled()
    },
  },

  'Only the address: buildAuthorizeUrl': {
    before: nobody,
    after: async (page, { auth0, url }) => {
      expect(new URL(`${url}`).searchParams.get('prompt')).toBe('login')
      await auth0.handleRedirectCallback(await page.tenant.answerLogin(`${url}`))
      expect(await auth0.isAuthenticated()).toBe(true)
    },
  },

  'Sign in to an organization': {
    before: nobody,
    after: async (page, { auth0 }) => {
      await page.comeBack()
      await auth0.handleRedirectCallback()
      expect(await auth0.getIdTokenClaims()).toMatchObject({ org_id: 'org_6cGjz1' })
      await auth0.getTokenSilently({ authorizationParams: { audience: BILLING } })
      expect(page.asked('authorize').at(-1)).toMatchObject({ organization: 'org_6cGjz1' })
    },
  },

  'Accept an invitation': {
    before: async () => {
      history.replaceState(null, '', '/?invitation=ticket&organization=org_6cGjz1')
      return undefined
    },
    after: async page => {
      const params = { invitation: 'ticket', organization: 'org_6cGjz1' }
      expect(page.lastVisit()).toMatchObject(params)
    },
  },

  'Opened by a native app: sessionTransferTokenQueryParamName': {
    before: async () => {
      history.replaceState(null, '', '/inbox?session_transfer_token=abc&page=2')
      return undefined
    },
    after: async page => {
      expect(page.lastVisit()).toMatchObject({ session_transfer_token: 'abc' })
      expect(location.pathname + location.search).toBe('/inbox?page=2')
    },
  },

  'A company behind an e-mail address: isFederatedDomain': {
    before: async page => {
      page.button.hidden = true
      network.use(
        http.get(`https://${page.domain}/.well-known/webfinger`, ({ request }) =>
          HttpResponse.json({}, { status: request.url.includes('acme.com') ? 200 : 404 }),
        ),
      )
      return undefined
    },
    after: async (page, { signIn }) => {
      const enter = signIn as (email: string) => Promise<void>
      await enter('ada@example.com')
      expect(page.visited).toEqual([])
      expect(page.button.hidden).toBe(false)
      await enter('grace@acme.com')
      expect(page.lastVisit()).toMatchObject({ login_hint: 'grace@acme.com' })
    },
  },

  'A library around the SDK: auth0Client': {
    before: nobody,
    after: async (page, { auth0 }) => {
      const telemetry = (text: string | null | undefined): unknown => JSON.parse(atob(text ?? ''))
      await page.signIn(auth0)
      const self = { name: 'my-library', version: '1.2.3' }
      expect(telemetry(page.asked('authorize')[0]?.auth0Client)).toEqual(self)
      const request = page.requests.find(({ url }) => url === page.tenant.endpoints.token)
      expect(telemetry(request?.headers.get('Auth0-Client'))).toEqual({
        ...self,
        env: { vue: '3.5.0' },
      })
    },
  },
}
