import { fileURLToPath } from 'node:url'
import { createStaticFiles } from '../../../examples/serve/static-files.js'
import { listen } from '../../../examples/tenant/http/listen.js'

/** @typedef {import('../bundle.js').Bundle} Bundle */

const PAGE = '<!doctype html><title>Benchmark</title><link rel="icon" href="data:,"><body>'
const SILENT_CALLBACK = `${PAGE}<script type="module">
import { UserManager } from '/bundles/oidc-client-ts/app.js'
new UserManager({ authority: '-', client_id: '-', redirect_uri: '-' }).signinSilentCallback()
</script>`

const pages = fileURLToPath(new URL('../page/', import.meta.url))

/** With these a page gets the finest clock there is; and the SDKs no hidden frames. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** @typedef {Awaited<ReturnType<typeof startSite>>} Site */

/**
 * The application's site: an empty page, the SDKs as bundlers make them, and what runs in pages.
 *
 * @param {ReadonlyMap<string, Bundle>} bundles by the name of the SDK
 */
export const startSite = async bundles => {
  /** @type {Map<string, string>} */
  const scripts = new Map()
  for (const [name, { initial, later }] of bundles) {
    for (const [file, code] of [...initial, ...later]) scripts.set(`/bundles/${name}/${file}`, code)
  }
  const files = createStaticFiles([{ prefix: '/page/', folder: pages }])
  /** @type {Map<string, string>} */
  const documents = new Map([
    ['/', PAGE],
    ['/isolated', PAGE],
    ['/silent', SILENT_CALLBACK],
  ])

  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const script = scripts.get(pathname)
      const document = documents.get(pathname)
      const file = script ?? document ?? (await files.read(pathname))?.body
      response.writeHead(file === undefined ? 404 : 200, {
        'Content-Type': document === undefined ? 'text/javascript' : 'text/html',
        'Cache-Control': 'no-cache',
        ...(pathname === '/isolated' && ISOLATED),
      })
      response.end(file)
    },
  })
  const url = `http://localhost:${server.port}/`
  return { url, isolated: `${url}isolated`, close: server.close }
}
