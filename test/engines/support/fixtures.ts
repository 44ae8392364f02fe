import { test as base, inject } from 'vitest'
import { createDefaultUser } from '../../../examples/tenant/settings/default-user.js'
import { startBlankSite } from '../../support/blank-site.js'
import { allowOrigin, GRACE, type Tenant } from '../../support/browser-clients.ts'
import { type ProtectedApi, startProtectedApi } from '../../support/protected-api.ts'
import { startTenant } from '../../support/start-tenant.js'
import { type Browser, createBrowser } from './browser.ts'
import type { Engine, LaunchOptions } from './driver.ts'
import { launchFirefox } from './launch-firefox.ts'
import { launchWebkit } from './launch-webkit.ts'

/** Starts the engine that the project is named after. */
export const launchEngine = (options: LaunchOptions = {}): Promise<Engine> =>
  inject('engine') === 'firefox' ? launchFirefox(options) : launchWebkit(options)

interface Fixtures {
  /** One for all tests. */
  engine: Engine
  /** A tenant of the test's own, on a port of its own. */
  tenant: Tenant
  /** The application's site, with one page that loads the SDK as `window.sdk`. */
  site: Awaited<ReturnType<typeof startBlankSite>>
  /** The address of that page. */
  blank: string
  /** An API that the page may call. */
  exampleApi: ProtectedApi
  /** A browser without any data. */
  browser: Browser
}

export const test = base.extend<Fixtures>({
  engine: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names from the pattern
    async ({}, use) => {
      const engine = await launchEngine()
      console.log(engine.version)
      await use(engine)
      await engine.close()
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the names from the pattern
  tenant: async ({}, use) => {
    const tenant = await startTenant({
      clients: [],
      users: [createDefaultUser(), GRACE],
      // Browsers send again by themselves what broke on a connection that they had used before.
      keepAlive: false,
    })
    await use(tenant)
    await tenant.close()
  },
  site: async ({ tenant }, use) => {
    const site = await startBlankSite({ loadsSdk: true })
    allowOrigin(tenant, site.url)
    await use(site)
    await site.close()
  },
  blank: async ({ site }, use) => use(site.url),
  exampleApi: async ({ tenant, blank }, use) => {
    const api = await startProtectedApi(tenant, blank)
    await use(api)
    await api.close()
  },
  browser: async ({ engine }, use) => {
    const driver = await engine.createDriver()
    await use(createBrowser(driver))
    await driver.end()
  },
})
