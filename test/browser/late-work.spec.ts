import type { BrowserContext, Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import {
  createClient,
  expect,
  GRACE,
  optionsFor,
  signIn,
  signInAgain,
  submitLogin,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import {
  callOnce,
  expire,
  heldRefreshTokens,
  openTab,
  outcomeOf,
  STORED,
  startCall,
} from './support/tabs.ts'

const FRAMES = { cacheLocation: 'localstorage' } as const

const userName = (page: Page) => page.evaluate(async () => (await window.auth0.getUser())?.name)
const signOut = (page: Page) => page.evaluate(() => window.auth0.logout({ openUrl: false }))

/** A tab that hears nothing of the others, like one that was frozen. */
const openDeafTab = async (
  context: BrowserContext,
  blank: string,
  options: Auth0ClientOptions,
): Promise<Page> => {
  const tab = await context.newPage()
  await tab.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'))
  await tab.goto(blank)
  await createClient(tab, options)
  return tab
}

test('security A: a hidden iframe that ends in login_required ends no popup sign-in under way', async ({
  page,
  tenant,
  blank,
}) => {
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank, FRAMES))
  const frame = tenant.faults.hold({
    endpoint: 'authorize',
    prompt: 'none',
    when: 'after',
    times: 1,
  })
  await startCall(page)
  await frame.reached
  const exchange = tenant.faults.hold({ endpoint: 'token', when: 'after', times: 1 })
  const opened = page.waitForEvent('popup')
  await page.evaluate(() => {
    const login = window.auth0.loginWithPopup()
    Object.assign(window, {
      login: login.then(
        () => 'signed in',
        error => error.error,
      ),
    })
  })
  await submitLogin(await opened)
  await exchange.reached
  const answered = page.waitForEvent('response', response => response.url().includes('/authorize'))
  frame.release()
  await answered
  exchange.release()
  expect(await page.evaluate(() => (window as unknown as { login: unknown }).login)).toBe(
    'signed in',
  )
  // It ended before anyone was signed in.
  expect(await outcomeOf(page)).toMatchObject({ error: 'login_required' })
  expect(await userName(page)).toBe('Ada Lovelace')
})

test('security A: a late login_required of one tab does not undo the sign-in of another', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, FRAMES)
  const late = await openDeafTab(context, blank, options)
  const held = tenant.faults.hold({
    endpoint: 'authorize',
    prompt: 'none',
    when: 'after',
    times: 1,
  })
  await startCall(late)
  await held.reached
  await signIn(page, blank, options)
  held.release()
  expect(await outcomeOf(late)).toEqual({ token: await tokenOrError(page) })
  expect(await userName(page)).toBe('Ada Lovelace')
  expect(await page.evaluate(() => document.cookie)).toContain('is.authenticated')
})

test('security A: a renewal that ends after a sign-out and a new sign-in elsewhere leaves the new session whole', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const late = await openDeafTab(context, blank, options)
  await expire([page, late])
  const held = tenant.faults.hold({ endpoint: 'token', when: 'after', times: 1 })
  await startCall(late)
  await held.reached
  await signOut(page)
  await signInAgain(page, blank, options)
  held.release()
  expect(await outcomeOf(late)).toEqual({ token: await tokenOrError(page) })
  expect(await heldRefreshTokens(page)).toHaveLength(1)
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(tenant.events.filter(({ type }) => type === 'refresh_token_reused')).toEqual([])
})

test('security A: the code of a hidden iframe, exchanged late, turns no tab back to the user before', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, FRAMES)
  await signIn(page, blank, options)
  const late = await openDeafTab(context, blank, options)
  const held = tenant.faults.hold({ endpoint: 'token', when: 'after', times: 1 })
  await startCall(late)
  await held.reached
  await signInAgain(page, blank, options, GRACE)
  held.release()
  await outcomeOf(late)
  expect(await userName(page)).toBe(GRACE.name)
  expect(await userName(late)).toBe(GRACE.name)
  expect(await tokenOrError(late)).toBe(await tokenOrError(page))
})

test('security A: a sign-out that meets a renewal of another tab leaves no cookie and no entry', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const other = await openTab(context, blank, options)
  const left = () =>
    page.evaluate(() => [
      document.cookie,
      ...Object.keys(localStorage).filter(key => key.startsWith('@@auth0spajs@@')),
    ])
  for (let round = 0; round < 12; round++) {
    await startCall(other)
    await signOut(page)
    await outcomeOf(other)
    await expect.poll(left).toEqual([''])
    await page.evaluate(async () => {
      const login = new Promise<string>(resolve => {
        void window.auth0.loginWithRedirect({ openUrl: url => resolve(url) })
      })
      location.href = await login
    })
    await page.waitForURL(url => url.searchParams.has('code'))
    await createClient(page, options)
    await page.evaluate(() =>
      window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
    )
  }
})

test('security B: a holder of a lock that stands still keeps others no longer than their own limit', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  const outcome = await page.evaluate(async () => {
    const names: string[] = []
    const request = navigator.locks.request.bind(navigator.locks) as (
      ...args: unknown[]
    ) => Promise<unknown>
    Object.assign(navigator.locks, {
      request: (...args: unknown[]) => {
        names.push(String(args[0]))
        return request(...args)
      },
    })
    await window.auth0.getTokenSilently({ cacheMode: 'off' })
    for (const name of new Set(names)) void request(name, () => new Promise(() => {}))
    return window.auth0
      .getTokenSilently({ cacheMode: 'off', timeoutInSeconds: 1 })
      .catch(({ name, error }) => ({ name, error }))
  })
  expect(outcome).toEqual({ name: 'TimeoutError', error: 'timeout' })
})

test('security B: a lock of the session whose holder stands still is passed over after a short wait', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, STORED))
  await page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query()
    if (held.length + pending.length > 0) throw new Error('A lock is held.')
    const name = 'auth0.lock.session.browser-tests'
    void navigator.locks.request(name, () => new Promise(() => {}))
  })
  expect(await callOnce(page)).toHaveProperty('token')
  await signOut(page)
  expect(await userName(page)).toBeUndefined()
})
