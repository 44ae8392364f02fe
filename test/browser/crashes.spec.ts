import type { BrowserContext, Page } from '@playwright/test'
import {
  expect,
  optionsFor,
  signIn,
  submitLogin,
  type Tenant,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { expire, heldRefreshTokens, openTab, STORED } from './support/tabs.ts'

/** Ends a tab's process as the system would, without any of its own code running. */
const kill = async (context: BrowserContext, tab: Page): Promise<void> => {
  const devtools = await context.newCDPSession(tab)
  const crashed = tab.waitForEvent('crash')
  devtools.send('Page.crash').catch(() => {})
  await crashed
}

interface Place {
  page: Page
  context: BrowserContext
  tenant: Tenant
  blank: string
}

const startRenewal = (tab: Page): Promise<void> =>
  tab.evaluate(() => {
    window.auth0.getTokenSilently().catch(() => {})
  })

/** The provider's session in this browser ends; what the app stored stays. */
const endProviderSession = async (context: BrowserContext): Promise<void> => {
  await context.clearCookies({ name: /^tenant_/ })
}

const reused = (tenant: Tenant) =>
  tenant.events.filter(({ type }) => type === 'refresh_token_reused')

test('a tab killed before its request reached the tenant costs nobody anything', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, STORED)
  await signIn(page, blank, options)
  const dying = await openTab(context, blank, options)
  const asked = new Promise<void>(resolve => {
    // Neither answered nor passed on.
    dying.route('**/oauth/token', () => resolve())
  })
  await expire([page, dying])
  await startRenewal(dying)
  await asked
  tenant.log.clear()
  const next = tokenOrError(page)
  await kill(context, dying)
  expect(await next).toMatch(/^ey/)
  expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
  expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
  expect(reused(tenant)).toEqual([])
})

test.describe('a tab killed after the tenant rotated, before the successor was stored', () => {
  const crash = async ({ page, context, tenant, blank }: Place, leewaySeconds: number) => {
    const options = optionsFor(tenant, blank, STORED)
    await signIn(page, blank, options)
    const dying = await openTab(context, blank, options)
    await expire([page, dying])
    tenant.settings.leewaySeconds = leewaySeconds
    const held = tenant.faults.hold({ endpoint: 'token', when: 'after', times: 1 })
    await startRenewal(dying)
    await held.reached
    await kill(context, dying)
    const logged = new Promise(resolve => tenant.log.subscribe(resolve))
    held.release()
    await logged
    tenant.log.clear()
  }

  test('is made good by the leeway', async ({ page, context, tenant, blank }) => {
    await crash({ page, context, tenant, blank }, 30)
    expect(await tokenOrError(page)).toMatch(/^ey/)
    expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
    expect(reused(tenant)).toEqual([])
  })

  test('is made good by the iframe where there is a session at the tenant', async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    await crash({ page, context, tenant, blank }, 0)
    expect(await tokenOrError(page)).toMatch(/^ey/)
    expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token' })).toBe(1)
    expect(tenant.log.count({ endpoint: 'authorize', prompt: 'none' })).toBe(1)
    expect(await heldRefreshTokens(page)).toHaveLength(1)
    expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  })

  test('ends in one login_required where there is none, and a login mends it', async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    await crash({ page, context, tenant, blank }, 0)
    await endProviderSession(context)
    expect(await tokenOrError(page)).toBe('error: login_required')
    expect(tenant.log.count({ endpoint: 'token' })).toBe(1)
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(1)
    expect(await heldRefreshTokens(page)).toEqual([])
    await page.evaluate(() => window.auth0.loginWithRedirect())
    await submitLogin(page)
    await page.waitForURL(url => url.searchParams.has('code'))
  })
})

/** Lets the holder of a lock finish its work, and keeps the lock closed all the same. */
const keepLocksClosed = () => {
  const request = navigator.locks.request.bind(navigator.locks) as (
    ...args: unknown[]
  ) => Promise<unknown>
  const stuck = (...args: unknown[]) => {
    const task = args.pop() as LockGrantedCallback<unknown>
    return request(...args, async (lock: Lock | null) => {
      await task(lock)
      console.info('work done, lock closed')
      return new Promise(() => {})
    })
  }
  Object.assign(navigator.locks, { request: stuck })
}

/** The generation number that says what was written never gets to the other tabs. */
const loseGenerationNumber = () => {
  const setItem = Storage.prototype.setItem
  Storage.prototype.setItem = function (key, text) {
    if (!key.includes('@@generation@@')) setItem.call(this, key, text)
  }
}

for (const [name, sabotage] of [
  ['before the lock opened', undefined],
  ['before it had said so to the others', loseGenerationNumber],
] as const) {
  test(`a tab killed after the successor was stored, ${name}, leaves it to the next`, async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    const options = optionsFor(tenant, blank, STORED)
    await signIn(page, blank, options)
    const dying = await openTab(context, blank, options)
    await dying.evaluate(keepLocksClosed)
    if (sabotage) await dying.evaluate(sabotage)
    await expire([page, dying])
    tenant.log.clear()
    const stored = dying.waitForEvent('console', message => message.text().includes('work done'))
    await startRenewal(dying)
    await stored
    const next = tokenOrError(page)
    await kill(context, dying)
    expect(await next).toMatch(/^ey/)
    expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
    expect(tenant.log.count({ endpoint: 'token', status: 200 })).toBe(2)
    expect(tenant.log.count({ endpoint: 'authorize' })).toBe(0)
    expect(reused(tenant)).toEqual([])
  })
}
