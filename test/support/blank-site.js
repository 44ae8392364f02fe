import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createStaticFiles } from '../../examples/serve/static-files.js'
import { listen } from '../../examples/tenant/http/listen.js'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const PAGE = { type: 'text/html', body: '<!doctype html><title>Blank</title><p>Blank' }

/** The same page with the SDK in it, as `window.sdk`. */
const PAGE_WITH_SDK = {
  type: 'text/html',
  body: `${PAGE.body}<script type="module" src="/sdk.js"></script>`,
}
const SDK = {
  type: 'text/javascript',
  body: "import * as sdk from '/dist/auth0-spa-js.production.esm.js'; window.sdk = sdk",
}

/**
 * A site for tests that use the SDK directly.
 *
 * @typedef {object} BlankSite
 * @property {string} url the address of its one page
 * @property {string | undefined} policy the content security policy that the page comes with
 * @property {Record<string, string>} headers more of them
 * @property {Record<string, string>} scripts files of the test's own, by path
 * @property {string[]} requests method and address of all there were, but for the SDK's files
 * @property {string[]} reports what browsers sent to `/reports`, where a policy can have them sent
 * @property {() => Promise<void>} close
 */

/**
 * A site of one empty page, and the built SDK below `/dist/`.
 *
 * @param {{ loadsSdk?: boolean }} [options] whether the page loads the SDK itself
 * @returns {Promise<BlankSite>}
 */
export const startBlankSite = async ({ loadsSdk = false } = {}) => {
  const files = createStaticFiles([{ prefix: '/dist/', folder: dist }])
  const own = new Map(
    loadsSdk
      ? [
          ['/', PAGE_WITH_SDK],
          ['/sdk.js', SDK],
        ]
      : [['/', PAGE]],
  )
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const [path = '/'] = (request.url ?? '/').split('?')
      if (!path.startsWith('/dist/')) site.requests.push(`${request.method} ${request.url}`)
      if (path === '/reports') site.reports.push(await text(request))
      const script = site.scripts[path]
      const file =
        script === undefined
          ? (own.get(path) ?? (await files.read(path)))
          : { type: 'text/javascript', body: script }
      response.writeHead(file ? 200 : 404, {
        'Content-Type': file?.type ?? 'text/plain',
        ...(site.policy && { 'Content-Security-Policy': site.policy }),
        ...site.headers,
      })
      response.end(file?.body)
    },
  })
  /** @type {BlankSite} */
  const site = {
    url: `http://localhost:${server.port}/`,
    policy: undefined,
    headers: {},
    scripts: {},
    requests: [],
    reports: [],
    close: server.close,
  }
  return site
}
