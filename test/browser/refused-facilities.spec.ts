import type { Page } from '@playwright/test'
import { createDefaultUser } from '../../examples/tenant/settings/default-user.js'
import { startBlankSite } from '../support/blank-site.js'
import { allowOrigin } from '../support/browser-clients.ts'
import { ROWS } from '../support/refused-facilities.js'
import { expectedOutcome } from '../support/refused-facility-steps.js'
import { type RefusedTab, runInPage, type SignedIn } from '../support/refused-page.ts'
import { startTenant } from '../support/start-tenant.js'
import { test as base, expect, optionsFor, signIn } from './support/fixtures.ts'
import { callOnce, STORED } from './support/tabs.ts'

/** A page without the functions of the test runner in it, which need what is refused here. */
const bareTab = async (page: Page): Promise<RefusedTab> => {
  const session = await page.context().newCDPSession(page)
  const evaluate: RefusedTab['evaluate'] = async (run, ...args) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `(${run})(...${JSON.stringify(args)})`,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description)
    return result.value
  }
  return {
    goto: url => page.goto(url),
    evaluate,
    waitFor: (condition, ...args) =>
      expect.poll(() => evaluate(condition, ...args), { intervals: [20] }).toBeTruthy(),
  }
}

const test = base.extend<object, { signedIn: SignedIn }>({
  signedIn: [
    async ({ browser }, use) => {
      const tenant = await startTenant({
        clients: [],
        users: [createDefaultUser()],
        keepAlive: false,
      })
      const site = await startBlankSite({ loadsSdk: true })
      allowOrigin(tenant, site.url)
      const page = await browser.newPage()
      await signIn(page, site.url, optionsFor(tenant, site.url))
      await use({ tab: await bareTab(page), tenant, site })
      await page.close()
      await site.close()
      await tenant.close()
    },
    { scope: 'worker' },
  ],
})

for (const row of ROWS) {
  test(`signs in, renews and signs out, or gives a typed error, where ${row.title}`, async ({
    signedIn,
  }) => {
    const outcome = await runInPage(signedIn, row)
    const expected = expectedOutcome(row)
    expect(outcome).toEqual({ ...expected, renewals: Number(expected.renews ?? 0), uncaught: [] })
  })
}

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
