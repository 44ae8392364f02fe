import type { Page } from '@playwright/test'
import {
  createClient,
  expect,
  optionsFor,
  signIn,
  submitLogin,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { MEMORY } from './support/tabs.ts'

const STRONG = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
const DEMAND = '401 DPoP insufficient_user_authentication'
const BOUND = { ...MEMORY, useDpop: true } as const
const BOUND_WITH_POPUP = { ...BOUND, interactiveErrorHandler: 'popup' } as const

/** Begins calls at once; `outcomes` waits for their statuses, or for what their errors say. */
const startCalls = (page: Page, baseUrl: string, calls = 1): Promise<void> =>
  page.evaluate(
    ([url, count]) => {
      const { fetchWithAuth } = window.auth0.createFetcher({ baseUrl: url, dpopNonceId: 'api' })
      const call = () =>
        fetchWithAuth('/api/step-up').then(
          ({ status }) => status,
          ({ name, error, authorizationParams }) => ({ name, error, authorizationParams }),
        )
      Object.assign(window, { calls: Promise.all(Array.from({ length: count }, call)) })
    },
    [baseUrl, calls] as const,
  )

const outcomes = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => (window as unknown as { calls: Promise<unknown[]> }).calls)

/** Counts the listeners for messages of other windows from now on, in `window.listening`. */
const countListeners = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const counts = { added: 0, removed: 0 }
    const { addEventListener, removeEventListener } = window
    window.addEventListener = (...call: Parameters<typeof addEventListener>) => {
      if (call[0] === 'message') counts.added += 1
      addEventListener.apply(window, call)
    }
    window.removeEventListener = (...call: Parameters<typeof removeEventListener>) => {
      if (call[0] === 'message') counts.removed += 1
      removeEventListener.apply(window, call)
    }
    Object.assign(window, { listening: counts })
  })

test('what the error of a step-up says is what loginWithRedirect needs', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  const options = optionsFor(tenant, blank, BOUND)
  await signIn(page, blank, options)
  await startCalls(page, api.url)
  const [error] = (await outcomes(page)) as { authorizationParams: object }[]
  expect(error).toEqual({
    name: 'InsufficientUserAuthenticationError',
    error: 'insufficient_user_authentication',
    authorizationParams: { acr_values: STRONG, max_age: 300 },
  })
  await page.evaluate(
    authorizationParams => window.auth0.loginWithRedirect({ authorizationParams }),
    error?.authorizationParams,
  )
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  await page.evaluate(() => window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }))
  await startCalls(page, api.url)
  expect(await outcomes(page)).toEqual([200])
  expect(api.outcomes()).toEqual([DEMAND, '200'])
})

test('two step-ups at once share one popup, and each request is repeated once', async ({
  page,
  context,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, BOUND_WITH_POPUP))
  tenant.log.clear()
  const opened = page.waitForEvent('popup')
  await startCalls(page, api.url, 2)
  const popup = await opened
  const closed = popup.waitForEvent('close')
  await submitLogin(popup)
  expect(await outcomes(page)).toEqual([200, 200])
  await closed
  expect(context.pages()).toEqual([page])
  const sent = api.outcomes().filter(outcome => !outcome.includes('nonce'))
  expect(sent).toEqual([DEMAND, DEMAND, '200', '200'])
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)
  const posts = tenant.log.entries.filter(
    ({ method, endpoint }) => `${method} ${endpoint}` === 'POST token',
  )
  expect(posts.map(({ grantType }) => grantType)).toEqual(['authorization_code'])

  // The tokens of the step-up are those of the session now.
  await startCalls(page, api.url)
  expect(await outcomes(page)).toEqual([200])
  expect(await page.evaluate(() => window.auth0.getUser())).toMatchObject({ name: 'Ada Lovelace' })
})

test('a step-up whose popup the user closes leaves nothing behind, and can be tried again', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, BOUND_WITH_POPUP))
  await countListeners(page)
  const start = async () => {
    const opened = page.waitForEvent('popup')
    await startCalls(page, api.url, 2)
    return opened
  }
  await (await start()).close()
  const cancelled = { name: 'PopupCancelledError', error: 'cancelled' }
  expect(await outcomes(page)).toMatchObject([cancelled, cancelled])
  expect(api.outcomes()).toEqual([DEMAND, DEMAND])
  const left = await page.evaluate(() => ({
    frames: document.querySelectorAll('iframe').length,
    ...(window as unknown as { listening: { added: number; removed: number } }).listening,
  }))
  expect(left.added).toBeGreaterThan(0)
  expect(left).toEqual({ frames: 0, added: left.added, removed: left.added })
  expect(await tokenOrError(page)).toMatch(/^ey/)

  await submitLogin(await start())
  expect(await outcomes(page)).toEqual([200, 200])
})
