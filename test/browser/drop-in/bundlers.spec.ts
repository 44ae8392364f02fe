import type { Page } from '@playwright/test'
import type { Auth0Client, Auth0ClientOptions } from '../../../src/index.ts'
import { BUNDLERS } from '../../build/packed/bundlers.js'
import { createProject } from '../../support/pack.js'
import { submitLogin, tokenOrError } from '../support/fixtures.ts'
import { expect, test } from './support/fixtures.ts'

// A build comes first.
test.setTimeout(60_000)

const APP = `
  import { createAuth0Client } from 'latchkey'
  window.createAuth0Client = createAuth0Client`

declare global {
  interface Window {
    createAuth0Client: (options: Auth0ClientOptions) => Promise<Auth0Client>
  }
}

const start = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.createAuth0Client)
  await page.evaluate(async () => {
    window.auth0 = await window.createAuth0Client(window.config)
  })
}

for (const name of Object.keys(BUNDLERS) as (keyof typeof BUNDLERS)[]) {
  test(`what ${name} makes of an application signs in, and keeps refresh tokens in a worker`, async ({
    page,
    tenant,
    serve,
  }) => {
    const project = createProject({ files: { 'app.js': APP } })
    await BUNDLERS[name](project.folder)
    // webpack's output is no module unless it is told to.
    const script = name === 'webpack' ? { script: 'defer' as const } : {}
    const { url } = await serve({ folder: project.folder, ...script })
    await page.goto(url)
    await start(page)
    await page.evaluate(() => window.auth0.loginWithRedirect())
    await submitLogin(page)
    await page.waitForURL(to => to.searchParams.has('code'))
    await start(page)
    await page.evaluate(() => window.auth0.handleRedirectCallback())

    expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
    expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(1)
    expect(page.workers().map(worker => worker.url().slice(0, 5))).toEqual(['blob:'])
    project.remove()
  })
}
