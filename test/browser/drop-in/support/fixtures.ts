import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { createStaticFiles } from '../../../../examples/serve/static-files.js'
import { listen } from '../../../../examples/tenant/http/listen.js'
import { AUDIENCE, CLIENT_ID, type Tenant, test as withTenant } from '../../support/fixtures.ts'
import { type AppName, buildApp, type SdkName } from './apps.js'

export type Built = Awaited<ReturnType<typeof buildApp>>

/** What a site can serve: a folder with `out/app.js`. */
export interface Served {
  folder: string
  /** How the page loads it, if not as a module. */
  script?: 'defer'
}

export interface Site {
  url: string
  /** What is served; another build of it takes its place at the next load. */
  app: Served
}

const html = (tenant: Tenant, { url, app }: Site, options: object): string => {
  const config = {
    domain: tenant.url,
    clientId: CLIENT_ID,
    useRefreshTokens: true,
    // As the wrappers' documents recommend it where third-party cookies may be blocked.
    useRefreshTokensFallback: true,
    ...options,
    authorizationParams: { redirect_uri: url, audience: AUDIENCE },
  }
  return `<!doctype html><base href="/"><title>Drop-in</title><link rel="icon" href="data:,"><body>
    <script>window.config = ${JSON.stringify(config)}</script>
    <script ${app.script ?? 'type="module"'} src="/out/app.js"></script>`
}

/** Builds are made once for all tests of a worker; sites are the test's own. */
export const test = withTenant.extend<
  { serve: (app: Served, options?: object) => Promise<Site> },
  { built: (app: AppName, sdk: SdkName) => Promise<Built> }
>({
  built: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const builds = new Map<string, Promise<Built>>()
      await use((app, sdk) => {
        const name = `${app} ${sdk}`
        const build = builds.get(name) ?? buildApp(app, sdk)
        builds.set(name, build)
        return build
      })
      for (const build of builds.values()) (await build).remove()
    },
    { scope: 'worker' },
  ],

  /** Serves an application at every path of an origin. */
  serve: async ({ tenant }, use) => {
    const closing: (() => Promise<void>)[] = []
    await use(async (app, options = {}) => {
      const server = await listen({
        hostname: 'localhost',
        port: 0,
        onRequest: async (request, response) => {
          const [path = '/'] = (request.url ?? '/').split('?')
          const folder = join(site.app.folder, 'out')
          const files = createStaticFiles([{ prefix: '/out/', folder }])
          const file = path.startsWith('/out/') ? await files.read(path) : undefined
          response.writeHead(200, { 'Content-Type': file?.type ?? 'text/html' })
          response.end(file?.body ?? html(tenant, site, options))
        },
      })
      const site: Site = { url: `http://localhost:${server.port}`, app }
      tenant.clients.push({ client_id: CLIENT_ID, origins: [site.url] })
      closing.push(server.close)
      return site
    })
    for (const close of closing) await close()
  },
})

export { expect }

/** What an application shows under a name. */
export const shown = (page: Page, id: string) => page.locator(`#${id}`)

export const isSignedIn = async (page: Page): Promise<void> => {
  await expect(shown(page, 'user')).toHaveText('Ada Lovelace')
  await expect(shown(page, 'status')).toHaveText('signed in')
}
