import { expect, optionsFor, signIn, test } from './support/fixtures.ts'
import { callOnce, STORED } from './support/tabs.ts'

/** What Firefox does where storage is refused for a site, and more. */
const refuseFacilities = (): void => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError')
  }
  const get = { get: refuse, configurable: true }
  for (const name of ['indexedDB', 'localStorage']) Object.defineProperty(window, name, get)
  // The test runner names these itself.
  window.requestIdleCallback = refuse
  Object.defineProperty(Navigator.prototype, 'locks', get)
  window.BroadcastChannel = refuse as never
}

test('signs in, renews and signs out in a page that refuses most facilities', async ({
  page,
  tenant,
  blank,
}) => {
  const errors: string[] = []
  page.on('pageerror', error => errors.push(String(error)))
  await page.addInitScript(refuseFacilities)
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  expect(await callOnce(page)).toEqual({ token: expect.stringMatching(/^ey/) })
  const left = await page.evaluate(async () => {
    let url = ''
    await window.auth0.logout({
      openUrl: to => {
        url = to
      },
    })
    const token = await window.auth0.getTokenSilently({ cacheMode: 'cache-only' })
    return { url, token, isAuthenticated: await window.auth0.isAuthenticated() }
  })
  expect(left).toEqual({
    url: expect.stringContaining('/v2/logout'),
    token: undefined,
    isAuthenticated: false,
  })
  expect(errors).toEqual([])
})

test('a sandboxed frame gets one typed error for each call that needs an origin', async ({
  page,
  tenant,
  site,
}) => {
  const errors: string[] = []
  page.on('pageerror', error => errors.push(String(error)))
  site.headers = { 'Access-Control-Allow-Origin': '*' }
  await page.goto(site.url)
  await page.evaluate(src => {
    const frame = Object.assign(document.createElement('iframe'), { src, name: 'sandboxed' })
    frame.sandbox.add('allow-scripts')
    document.body.append(frame)
    return new Promise(resolve => frame.addEventListener('load', resolve))
  }, site.url)
  const outcomes = await page.frame('sandboxed')?.evaluate(
    async given => {
      const sdk = await import(`${location.origin}/dist/auth0-spa-js.production.esm.js`)
      const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
        call.catch(error => `${error instanceof sdk.GenericError} ${error.error}: ${error.message}`)
      const outcomes: Record<string, unknown> = { origin: self.origin }
      for (const cacheLocation of ['memory', 'localstorage']) {
        const auth0 = await sdk.createAuth0Client({ ...given, cacheLocation })
        outcomes[cacheLocation] = {
          isAuthenticated: await outcomeOf(auth0.isAuthenticated()),
          login: await outcomeOf(auth0.loginWithRedirect()),
          token: await outcomeOf(auth0.getTokenSilently()),
          popup: await outcomeOf(auth0.loginWithPopup()),
          logout: await outcomeOf(auth0.logout({ openUrl: false })),
        }
      }
      return outcomes
    },
    optionsFor(tenant, site.url),
  )
  const expected = {
    isAuthenticated: false,
    login: expect.stringMatching(/^true transaction_not_stored: .*sessionStorage/),
    token: expect.stringMatching(/^true login_required: .*sandboxed frame/),
    popup: expect.stringMatching(/^true popup_open: /),
    logout: undefined,
  }
  expect(outcomes).toEqual({ origin: 'null', memory: expected, localstorage: expected })
  expect(errors).toEqual([])
})
