import { fileURLToPath } from 'node:url'
import { listen } from 'latchkey-tenant'
import { createStaticFiles } from './static-files.js'

/** @param {string} path relative to this file */
const folder = path => fileURLToPath(new URL(path, import.meta.url))

/** The longest prefix comes first; every other path belongs to the example app. */
const MOUNTS = [
  { prefix: '/dist/', folder: folder('../../dist/') },
  { prefix: '/script-tag/', folder: folder('../script-tag/') },
  { prefix: '/', folder: folder('../app/') },
]

/**
 * The first seven directives are those of the SDK's README: a page with the SDK needs no more. This
 * page may also call its API.
 *
 * @param {string} tenantOrigin
 * @param {string | undefined} apiOrigin
 */
const contentSecurityPolicy = (tenantOrigin, apiOrigin) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src ${[tenantOrigin, apiOrigin].filter(Boolean).join(' ')}`,
    `frame-src ${tenantOrigin}`,
    "worker-src 'self'",
    "require-trusted-types-for 'script'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Serves the example app at `/`, the script-tag page at `/script-tag/` and the built SDK at
 * `/dist/`. `/config.js` tells the pages which tenant, client and API to use: a script, because
 * the policy allows requests to the tenant and the API only.
 *
 * @example
 * const app = await startApp({ tenantUrl: tenant.url })
 * console.log(app.url)
 * await app.close()
 *
 * @param {{
 *   tenantUrl: string,
 *   port?: number,
 *   clientId?: string,
 *   apiUrl?: string,
 *   nonceSwitchUrl?: string,
 *   hostname?: string,
 * }} options `port`: the preferred port; if it is busy, the next free one is used; 0 means any port;
 *   `apiUrl`: the URL of the API in `../api`; optional; `nonceSwitchUrl`: as from `startApi`, if the
 *   API was started by it
 * @returns {Promise<{ url: string, close(): Promise<void> }>} `url` has no slash at the end
 */
export const startApp = async ({
  tenantUrl,
  port = 0,
  clientId = 'example-app',
  apiUrl = '',
  nonceSwitchUrl = '',
  hostname = 'localhost',
}) => {
  const files = createStaticFiles(MOUNTS)
  const config = {
    type: 'text/javascript',
    body: Object.entries({ domain: tenantUrl, clientId, apiUrl, nonceSwitchUrl })
      .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}\n`)
      .join(''),
  }
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(
      new URL(tenantUrl).origin,
      apiUrl && new URL(apiUrl).origin,
    ),
    'X-Content-Type-Options': 'nosniff',
  }

  /** @param {string} pathname */
  const find = pathname => (pathname === '/config.js' ? config : files.read(pathname))

  /** @type {import('node:http').RequestListener} */
  const onRequest = async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end()
      return
    }
    const [pathname = '/'] = (request.url ?? '/').split('?')
    const file = await find(pathname)
    const { type, body } = file ?? { type: 'text/plain', body: 'Not found\n' }
    response.writeHead(file ? 200 : 404, {
      ...headers,
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  const server = await listen({ hostname, port, onRequest })
  return { url: `http://${hostname}:${server.port}`, close: server.close }
}
