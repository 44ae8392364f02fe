import { Auth0Client } from 'latchkey'
import { answerFrames, createTestTenant, signIn } from 'latchkey/testing'
import { createTenantHandlers } from 'latchkey/testing/msw'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { API, createInbox } from './inbox.js'

/**
 * The same application with the real SDK: its requests go to a tenant in this process. For tests of
 * the SDK and the application together: renewals, errors, the first login.
 */
const root = document.createElement('main')
const server = setupServer()

/** @type {import('latchkey/testing').TestTenant} */
let tenant
/** @type {Auth0Client} */
let auth0

/** The `Authorization` headers that the API received. @type {(string | null)[]} */
const shown = []

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterAll(() => server.close())

beforeEach(() => {
  tenant = createTestTenant({ clientId: 'inbox' })
  server.use(
    ...createTenantHandlers(tenant),
    http.get(`${API}messages`, ({ request }) => {
      shown.push(request.headers.get('Authorization'))
      return HttpResponse.json(['Hi!'])
    }),
  )
  auth0 = new Auth0Client({
    domain: tenant.domain,
    clientId: 'inbox',
    // iframes do not load here; with refresh tokens they are not needed.
    useRefreshTokens: true,
    useRefreshTokensFallback: false,
    authorizationParams: { audience: API, redirect_uri: 'https://app.example.com/' },
  })
})
afterEach(() => {
  server.resetHandlers()
  shown.length = 0
  root.replaceChildren()
  sessionStorage.clear()
  localStorage.clear()
})

it('signs in from the button to the greeting', async () => {
  const login = new Promise(resolve => {
    createInbox(root, auth0, resolve)
      .start('https://app.example.com/')
      .then(() => root.querySelector('button')?.click())
  })
  const callbackUrl = await tenant.answerLogin(`${await login}`)
  await createInbox(root, auth0).start(callbackUrl)
  expect(root.textContent).toContain('Hello Ada Lovelace')
})

it('sends a token of the tenant to the API', async () => {
  await signIn(auth0, tenant)
  await createInbox(root, auth0).showMessages()
  expect(root.textContent).toBe('Hi!')
  expect(shown).toEqual([`Bearer ${await auth0.getTokenSilently()}`])
})

it('uses the next refresh token when the API requires a new access token', async () => {
  await signIn(auth0, tenant)
  server.use(
    http.get(`${API}messages`, () => HttpResponse.json({}, { status: 401 }), { once: true }),
  )
  await createInbox(root, auth0).showMessages()
  expect(root.textContent).toBe('Hi!')
  expect(tenant.refreshTokens.map(({ status }) => status)).toEqual(['spent', 'active'])
})

it('asks for a login when the tenant rejects the refresh token', async () => {
  await signIn(auth0, tenant)
  tenant.fail('token', { error: 'invalid_grant', error_description: 'Expired', status: 403 })
  server.use(http.get(`${API}messages`, () => HttpResponse.json({}, { status: 401 })))
  await createInbox(root, auth0).showMessages()
  expect(root.textContent).toBe('Your session has endedLog in')
})

it('finds the session of the tenant without refresh tokens, if iframes are answered', async () => {
  const stop = answerFrames(tenant)
  const withFrames = new Auth0Client({ domain: tenant.domain, clientId: 'inbox' })
  tenant.signIn()
  await withFrames.getTokenSilently()
  await createInbox(root, withFrames).start('https://app.example.com/')
  expect(root.textContent).toContain('Hello Ada Lovelace')
  stop()
})
