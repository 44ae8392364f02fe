import { GenericError } from 'latchkey'
import { createTestClient } from 'latchkey/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { API, createInbox } from './inbox.js'

/**
 * The application with a test client: no network, no storage, no navigation. Suitable for most tests
 * of an application.
 */
const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace' }
const HERE = 'https://app.example.com/'

const root = document.createElement('main')
const api = vi.fn()

beforeEach(() => vi.stubGlobal('fetch', api))
afterEach(() => {
  vi.unstubAllGlobals()
  api.mockReset()
})

/** @param {string} text */
const click = text =>
  [...root.querySelectorAll('button')].find(button => button.textContent === text)?.click()

/** @param {unknown} body */
const answer = (body, status = 200) => new Response(JSON.stringify(body), { status })

it('offers visitors a login', async () => {
  const auth0 = createTestClient()
  await createInbox(root, auth0).start(HERE)
  expect(root.textContent).toBe('Nobody is signed inLog in')

  const openUrl = vi.fn()
  await createInbox(root, auth0, openUrl).start(HERE)
  click('Log in')
  await vi.waitFor(() => expect(openUrl).toHaveBeenCalledOnce())
  expect(auth0.calls.at(-1)).toMatchObject({
    method: 'loginWithRedirect',
    args: [{ appState: { from: 'inbox' }, authorizationParams: { audience: API } }],
  })
})

it('greets the user after the login', async () => {
  const auth0 = createTestClient({ loginUser: ADA })
  await auth0.loginWithRedirect()
  await createInbox(root, auth0).start(auth0.callbackUrl())
  expect(root.textContent).toContain('Hello Ada Lovelace')
})

it('shows messages with a token for the API, and gets another one when that is rejected', async () => {
  const auth0 = createTestClient({ user: ADA })
  api.mockResolvedValueOnce(answer({}, 401)).mockResolvedValueOnce(answer(['Hi!']))
  await createInbox(root, auth0).showMessages()
  expect(root.textContent).toContain('Hi!')
  expect(api.mock.calls.map(([, { headers }]) => headers.Authorization)).toEqual([
    'Bearer test-token-1',
    'Bearer test-token-2',
  ])
})

it('asks for a login when the session has ended', async () => {
  const auth0 = createTestClient({ user: ADA })
  auth0.failNext('getTokenSilently', new GenericError('login_required', 'Login required'))
  await createInbox(root, auth0).showMessages()
  expect(root.textContent).toBe('Your session has endedLog in')
  expect(await auth0.isAuthenticated()).toBe(false)
})

it('signs out', async () => {
  const auth0 = createTestClient({ user: ADA })
  const openUrl = vi.fn()
  await createInbox(root, auth0, openUrl).start(HERE)
  click('Log out')
  await vi.waitFor(() => expect(openUrl).toHaveBeenCalledOnce())
  expect(openUrl.mock.calls[0]?.[0]).toContain('/v2/logout?')
  expect(await auth0.isAuthenticated()).toBe(false)
})
