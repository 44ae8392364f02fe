import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createProject, pack } from '../../support/pack.js'
import { submitLogin } from '../support/fixtures.ts'
import { expect, test } from './support/fixtures.ts'

const read = (name: string): Buffer => readFileSync(join(pack().folder, 'dist', name))

const hashOf = (name: string): string =>
  `sha384-${createHash('sha384').update(read(name)).digest('base64')}`

const SCRIPT = 'auth0-spa-js.production.js'

/** What the page at `blank` has for `auth0` with the script, loaded by a tag with this hash. */
const globalWith = async (page: Page, blank: string, integrity: string): Promise<string> => {
  const tag = `<script src="/dist/${SCRIPT}" integrity="${integrity}"></script>`
  await page.route(blank, route => route.fulfill({ contentType: 'text/html', body: tag }))
  await page.goto(blank)
  return page.evaluate(() => typeof window.auth0)
}

test('the script is loaded by a tag with its hash', async ({ page, blank }) => {
  expect(await globalWith(page, blank, hashOf(SCRIPT))).toBe('object')
})

test('elements with the ids of the globals do not keep the script from defining them', async ({
  page,
  blank,
}) => {
  const body = `<div id="auth0"></div><a id="createAuth0Client"></a><a id="createAuth0Client"></a>
    <iframe name="Auth0Client"></iframe><script src="/dist/${SCRIPT}"></script>`
  await page.route(blank, route => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(blank)
  const names = ['auth0', 'createAuth0Client', 'Auth0Client']
  const types = await page.evaluate(
    all => all.map(name => typeof (window as unknown as Record<string, unknown>)[name]),
    names,
  )
  expect(types).toEqual(['object', 'function', 'function'])
  expect(await page.evaluate(() => Object.keys(window.auth0))).toContain('createAuth0Client')
})

test('the script does not replace globals of the page', async ({ page, blank }) => {
  const body = `<div id="auth0"></div><script>window.auth0 = 'mine'</script>
    <script src="/dist/${SCRIPT}"></script>`
  await page.route(blank, route => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(blank)
  expect(await page.evaluate(() => String(window.auth0))).toBe('mine')
})

test('the script is not run under a hash that is not its own', async ({ page, blank }) => {
  const other = hashOf('auth0-spa-js.development.js')
  expect(await globalWith(page, blank, other)).toBe('undefined')
})

test('a page without a bundler signs in with the module', async ({ page, tenant, serve }) => {
  const project = createProject({
    files: {
      'out/sdk.js': read('auth0-spa-js.production.esm.js').toString(),
      'out/app.js': `
        import { createAuth0Client } from './sdk.js'
        const auth0 = await createAuth0Client(window.config)
        if (location.search.includes('code=')) await auth0.handleRedirectCallback()
        else await auth0.loginWithRedirect()
        document.body.textContent = (await auth0.getUser()).name`,
    },
  })
  await page.goto((await serve(project)).url)
  await submitLogin(page)
  await expect(page.locator('body')).toHaveText('Ada Lovelace')
  expect(tenant.log.count({ endpoint: 'token', status: 200 })).toBe(1)
  project.remove()
})
