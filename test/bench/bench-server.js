import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

/** @typedef {import('./bundle.js').Bundle} Bundle */
/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * @typedef {object} Counted
 * @property {'token' | 'preflight' | 'frame' | 'page' | 'keys' | 'discovery' | 'other'} kind
 * @property {boolean} isReused whether a refresh token was sent that had been sent before
 */

/** From the build, as an application imports it. */
const TESTING = '../../dist/esm/testing/index.js'

const PAGE = '<!doctype html><title>Benchmark</title><link rel="icon" href="data:,"><body>'
const SILENT_CALLBACK = `${PAGE}<script type="module">
import { UserManager } from '/bundles/oidc-client-ts/app.js'
new UserManager({ authority: '-', client_id: '-', redirect_uri: '-' }).signinSilentCallback()
</script>`

/** Cross-origin isolation gives a page the finest clock, but no cross-origin iframes. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/**
 * @param {string} hostname
 * @param {(request: IncomingMessage, response: ServerResponse) => Promise<unknown>} answer
 */
const listen = async (hostname, answer) => {
  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.writeHead(500).end(String(error)))
  })
  await new Promise(resolve => server.listen(0, hostname, () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://${hostname}:${port}`, close }
}

/**
 * The site of the application: an empty page, the bundled SDKs, and the modules in `page/`.
 *
 * @param {ReadonlyMap<string, Bundle>} bundles by the name of the SDK
 */
export const startSite = async bundles => {
  /** @type {Map<string, string>} */
  const scripts = new Map()
  for (const [name, { initial, later }] of bundles) {
    for (const [file, code] of [...initial, ...later]) scripts.set(`/bundles/${name}/${file}`, code)
  }
  for (const file of ['statistics.js', 'page/adapters.js', 'page/measure.js', 'page/timing.js']) {
    scripts.set(`/${file}`, readFileSync(join(import.meta.dirname, file), 'utf8'))
  }
  const { url, close } = await listen('localhost', async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const script = scripts.get(pathname)
    response.writeHead(200, {
      'Content-Type': script ? 'text/javascript' : 'text/html',
      'Cache-Control': 'no-cache',
      ...(pathname === '/isolated' && ISOLATED),
    })
    response.end(script ?? (pathname === '/silent' ? SILENT_CALLBACK : PAGE))
  })
  return { url: `${url}/`, isolated: `${url}/isolated`, silent: `${url}/silent`, close }
}

/**
 * @param {IncomingMessage} request
 * @param {string} path
 * @returns {Counted['kind']}
 */
const kindOf = ({ method, headers }, path) => {
  if (method === 'OPTIONS') return 'preflight'
  if (path === '/oauth/token') return 'token'
  if (path === '/authorize') return headers['sec-fetch-dest'] === 'iframe' ? 'frame' : 'page'
  if (path === '/.well-known/jwks.json') return 'keys'
  return path === '/.well-known/openid-configuration' ? 'discovery' : 'other'
}

/** @param {string} url */
const metadataOf = url => ({
  issuer: `${url}/`,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/oauth/token`,
  jwks_uri: `${url}/.well-known/jwks.json`,
  end_session_endpoint: `${url}/v2/logout`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
})

/**
 * The published test tenant behind HTTP, with a session, so that every login is answered at once.
 * It has another host name than the site, so that it is another site to the browser too.
 */
export const startTenant = async () => {
  /** @type {typeof import('../../src/testing/index.ts')} */
  const { createTestTenant } = await import(TESTING)
  const settings = { latencyMs: 0, preflightSeconds: 3600 }
  /** @type {Counted[]} */
  let requests = []
  /** @type {Set<string>} */
  const sentTokens = new Set()

  /** @param {string} body */
  const isTokenReused = body => {
    const token = new URLSearchParams(body).get('refresh_token')
    if (!token) return false
    const isReused = sentTokens.has(token)
    sentTokens.add(token)
    return isReused
  }

  const { url, close } = await listen('127.0.0.1', async (request, response) => {
    const { href, pathname, searchParams } = new URL(request.url ?? '/', url)
    const { method = 'GET' } = request
    const kind = kindOf(request, pathname)
    const body = method === 'POST' ? await text(request) : undefined
    requests.push({ kind, isReused: isTokenReused(body ?? '') })
    if (pathname === '/oauth/token' && settings.latencyMs) await pause(settings.latencyMs)
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (kind === 'discovery') return response.end(JSON.stringify(metadataOf(url)))
    // For the benchmark only: the callback URL as JSON, without leaving the page.
    if (searchParams.get('response_mode') === 'json') {
      const callback = await tenant.answerLogin(href.replace('response_mode=json', ''))
      return response.end(JSON.stringify({ callback }))
    }
    const answer = await tenant.respond({ method, url: href, body })
    const preflight = { 'Access-Control-Max-Age': String(settings.preflightSeconds) }
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(kind === 'preflight' && preflight),
    })
    return response.end(answer.body)
  })
  const tenant = createTestTenant({ domain: url })
  tenant.signIn()

  return {
    url,
    /** @param {Partial<typeof settings>} changed */
    set: changed => {
      Object.assign(settings, { latencyMs: 0, preflightSeconds: 3600 }, changed)
    },
    /** All requests since the last call. */
    takeRequests: () => {
      const taken = requests
      requests = []
      return taken
    },
    close,
  }
}
