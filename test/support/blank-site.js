import { fileURLToPath } from 'node:url'
import { createStaticFiles } from '../../examples/serve/static-files.js'
import { listen } from '../../examples/tenant/http/listen.js'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const PAGE = { type: 'text/html', body: '<!doctype html><title>Blank</title><p>Blank' }

/**
 * A site for tests that use the SDK directly.
 *
 * @typedef {object} BlankSite
 * @property {string} url the address of its one page
 * @property {string | undefined} policy the content security policy that the page comes with
 * @property {Record<string, string>} headers more of them
 * @property {Record<string, string>} scripts files of the test's own, by path
 * @property {string[]} requests method and address of all there were, but for the SDK's files
 * @property {() => Promise<void>} close
 */

/**
 * A site of one empty page, and the built SDK below `/dist/`.
 *
 * @returns {Promise<BlankSite>}
 */
export const startBlankSite = async () => {
  const files = createStaticFiles([{ prefix: '/dist/', folder: dist }])
  const server = await listen({
    hostname: 'localhost',
    port: 0,
    onRequest: async (request, response) => {
      const [path = '/'] = (request.url ?? '/').split('?')
      if (!path.startsWith('/dist/')) site.requests.push(`${request.method} ${request.url}`)
      const script = site.scripts[path]
      const own = script === undefined ? undefined : { type: 'text/javascript', body: script }
      const file = path === '/' ? PAGE : (own ?? (await files.read(path)))
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
    close: server.close,
  }
  return site
}
