import { expect } from 'vitest'
import { createDefaultUser } from '../../examples/tenant/settings/default-user.js'
import { startBlankSite } from '../support/blank-site.js'
import { allowOrigin, optionsFor } from '../support/browser-clients.ts'
import { ROWS } from '../support/refused-facilities.js'
import { expectedOutcome } from '../support/refused-facility-steps.js'
import { runInPage, type SignedIn } from '../support/refused-page.ts'
import { startTenant } from '../support/start-tenant.js'
import { signIn } from './support/actions.ts'
import { createBrowser } from './support/browser.ts'
import { test as base } from './support/fixtures.ts'

const test = base.extend<{ signedIn: SignedIn }>({
  signedIn: [
    async ({ engine }, use) => {
      const tenant = await startTenant({ clients: [], users: [createDefaultUser()] })
      const site = await startBlankSite({ loadsSdk: true })
      allowOrigin(tenant, site.url)
      const driver = await engine.createDriver()
      const tab = await signIn(createBrowser(driver), site.url, optionsFor(tenant, site.url))
      await use({ tab, tenant, site })
      await driver.end()
      await site.close()
      await tenant.close()
    },
    { scope: 'file' },
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
