import { listen } from 'latchkey-tenant'
import { createApi } from '../api/create-api.js'

const SWITCH_PATH = '/settings/require-dpop-nonce'

/**
 * Starts the API of `../api` for the example app. Pages at `origins` can read at `nonceSwitchUrl`
 * whether DPoP proofs must contain a nonce (RFC 9449 section 9), and change it with a POST to
 * `?on` or `?off`.
 *
 * @example
 * const api = await startApi({ issuer: tenant.issuer, audience: 'https://api.example.com/', origins })
 * console.log(api.url)
 * await api.close()
 *
 * @param {{ issuer: string, audience: string, origins: readonly string[], port?: number }} options
 *   `origins`: read at each request; `port`: the preferred port; 0 means any port
 * @returns {Promise<{ url: string, nonceSwitchUrl: string, close(): Promise<void> }>} `url` has no
 *   slash at the end
 */
export const startApi = async ({ issuer, audience, origins, port = 0 }) => {
  const api = createApi({ issuer, audience, origins })

  /** @type {import('node:http').RequestListener} */
  const onRequest = (request, response) => {
    const [path, query] = (request.url ?? '').split('?')
    if (path !== SWITCH_PATH) {
      api(request, response)
      return
    }
    const { origin } = request.headers
    // Browsers name the page in every POST and in every request to another origin.
    if (origin === undefined || !origins.includes(origin)) {
      response.writeHead(403).end()
      return
    }
    if (request.method === 'POST') api.settings.requireDpopNonce = query === 'on'
    response
      .writeHead(200, {
        'Access-Control-Allow-Origin': origin,
        'Cache-Control': 'no-store',
        'Content-Type': 'application/json',
        Vary: 'Origin',
      })
      .end(JSON.stringify(api.settings.requireDpopNonce))
  }

  const server = await listen({ hostname: 'localhost', port, onRequest })
  const url = `http://localhost:${server.port}`
  return { url, nonceSwitchUrl: url + SWITCH_PATH, close: server.close }
}
