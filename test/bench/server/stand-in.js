/**
 * A tenant that answers at once, as a worker thread: it shares no event loop with what drives the
 * browser. Everybody is signed in, a refresh token may be spent again and again, and ID tokens are
 * signed ahead of need: what is measured are the SDKs.
 */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { listen } from '../../../examples/tenant/http/listen.js'
import { readBody } from '../../../examples/tenant/http/read-body.js'

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * @typedef {object} Settings
 * @property {number} latencyMs how long the token endpoint takes, preflights included
 * @property {number} expiresIn what access tokens live, in seconds
 * @property {number} preflightSeconds how long a browser may remember a preflight
 *
 * @typedef {object} Grant
 * @property {string} clientId
 * @property {string} scope
 * @property {string} [nonce]
 * @property {string} [challenge]
 *
 * @typedef {Grant & { idToken: Promise<string>, isSpent: boolean }} Issued
 *
 * @typedef {object} Counted
 * @property {'token' | 'preflight' | 'frame' | 'page' | 'keys' | 'discovery' | 'other'} kind
 * @property {boolean} wasSpent whether a refresh token was sent that had been spent before
 */

const KEY_ID = 'bench'
const ID_TOKEN_SECONDS = 36_000
const JWT_LENGTH = 900

/** @type {Settings} */
const settings = { latencyMs: 0, expiresIn: 86_400, preflightSeconds: 3600 }
/** @type {Counted[]} */
let requests = []
/** @type {Map<string, Issued>} */
const codes = new Map()
/** @type {Map<string, Issued>} */
const refreshTokens = new Map()

const { privateKey, publicKey } = await generateKeyPair('RS256')
const jwks = JSON.stringify({
  keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }],
})
const server = await listen({
  hostname: 'localhost',
  port: 0,
  onRequest: (request, response) => {
    answer(request, response).catch(error => {
      response.writeHead(500).end(String(error))
    })
  },
})
const url = `http://localhost:${server.port}`

/** @param {Grant} grant */
const signIdToken = ({ clientId, nonce }) =>
  new SignJWT({
    ...(nonce && { nonce }),
    name: 'Ada Lovelace',
    nickname: 'ada',
    given_name: 'Ada',
    family_name: 'Lovelace',
    picture: 'https://cdn.example.com/avatars/ada.png',
    updated_at: '2025-01-01T00:00:00.000Z',
    email: 'ada@example.com',
    email_verified: true,
    sid: 'Xy2kP0b1Zt7mQ9cV4nR8sL3wE6uA5dHf',
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
    .setIssuer(`${url}/`)
    .setSubject('auth0|ada')
    .setAudience(clientId)
    .setIssuedAt()
    .setExpirationTime(`${ID_TOKEN_SECONDS}s`)
    .sign(privateKey)

/**
 * @param {Map<string, Issued>} into
 * @param {Grant} grant
 */
const issue = (into, grant) => {
  const handle = randomBytes(32).toString('base64url')
  into.set(handle, { ...grant, idToken: signIdToken(grant), isSpent: false })
  return handle
}

/**
 * @param {Issued} issued
 * @param {string} scope
 */
const tokenAnswer = async (issued, scope) => ({
  access_token: randomBytes(JWT_LENGTH).toString('base64url').slice(0, JWT_LENGTH),
  id_token: await (issued.isSpent ? signIdToken(issued) : issued.idToken),
  ...(scope.split(' ').includes('offline_access') && {
    refresh_token: issue(refreshTokens, { clientId: issued.clientId, scope: issued.scope }),
  }),
  scope,
  expires_in: settings.expiresIn,
  token_type: 'Bearer',
})

/** @param {URLSearchParams} form */
const redeem = async form => {
  const isRefresh = form.get('grant_type') === 'refresh_token'
  const [held, name] = isRefresh
    ? /** @type {const} */ ([refreshTokens, 'refresh_token'])
    : /** @type {const} */ ([codes, 'code'])
  const issued = held.get(form.get(name) ?? '')
  if (!issued) return { error: 'invalid_grant', error_description: `Unknown ${name}.` }
  if (!isRefresh) {
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '')
    if (challenge.digest('base64url') !== issued.challenge) {
      return { error: 'invalid_grant', error_description: 'Wrong code_verifier.' }
    }
  }
  const asked = isRefresh ? form.get('scope') : undefined
  const reply = await tokenAnswer(issued, asked || issued.scope)
  issued.isSpent = true
  return reply
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

const discovery = () =>
  JSON.stringify({
    issuer: `${url}/`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/oauth/token`,
    jwks_uri: `${url}/.well-known/jwks.json`,
    end_session_endpoint: `${url}/v2/logout`,
    userinfo_endpoint: `${url}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  })

/**
 * The answer to an authorization request, in the mode that it asks for; `json` is for the benchmark
 * alone, which gets an answer in this way without leaving the page.
 *
 * @param {URLSearchParams} query
 * @param {ServerResponse} response
 */
const authorize = (query, response) => {
  const code = issue(codes, {
    clientId: query.get('client_id') ?? '',
    scope: query.get('scope') ?? 'openid',
    nonce: query.get('nonce') ?? undefined,
    challenge: query.get('code_challenge') ?? undefined,
  })
  const answer = { code, state: query.get('state') ?? '' }
  const mode = query.get('response_mode')
  if (mode === 'json') {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer))
  } else if (mode === 'web_message') {
    const message = JSON.stringify({ type: 'authorization_response', response: answer })
    const origin = JSON.stringify(new URL(query.get('redirect_uri') ?? '').origin)
    response.setHeader('Content-Type', 'text/html')
    response.end(
      `<!doctype html><script>(opener ?? parent).postMessage(${message}, ${origin})</script>`,
    )
  } else {
    const to = new URL(query.get('redirect_uri') ?? '')
    for (const [name, value] of Object.entries(answer)) to.searchParams.set(name, value)
    response.writeHead(302, { Location: to.href }).end()
  }
}

/**
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 */
const answer = async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', url)
  const kind = kindOf(request, pathname)
  /** @type {Counted} */
  const counted = { kind, wasSpent: false }
  requests.push(counted)
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
  response.setHeader('Vary', 'Origin')
  response.setHeader('Cache-Control', 'no-store')
  if (pathname === '/oauth/token' && settings.latencyMs) await pause(settings.latencyMs)
  if (kind === 'preflight') {
    response.writeHead(204, {
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '',
      'Access-Control-Max-Age': String(settings.preflightSeconds),
    })
    response.end()
    return
  }
  if (pathname === '/authorize') return authorize(searchParams, response)
  response.setHeader('Content-Type', 'application/json')
  if (kind === 'keys') response.end(jwks)
  else if (kind === 'discovery') response.end(discovery())
  else if (kind === 'token') {
    const form = new URLSearchParams(await readBody(request))
    counted.wasSpent = refreshTokens.get(form.get('refresh_token') ?? '')?.isSpent ?? false
    const reply = await redeem(form)
    response.statusCode = 'error' in reply ? 403 : 200
    response.end(JSON.stringify(reply))
  } else response.writeHead(404).end('{}')
}

/** What can be asked of the stand-in from outside of its thread. */
const CALLS = {
  /** @param {Partial<Settings>} given */
  set: given => {
    Object.assign(settings, given)
  },
  /** All requests since the last time. */
  take: () => {
    const taken = requests
    requests = []
    return taken
  },
  /**
   * Tokens as a login would have given them.
   *
   * @param {Grant} grant
   */
  issue: grant =>
    tokenAnswer({ ...grant, idToken: signIdToken(grant), isSpent: false }, grant.scope),
}

/** @typedef {typeof CALLS} Calls */

parentPort?.on('message', async ({ id, name, argument }) => {
  const call = /** @type {(argument: unknown) => unknown} */ (
    CALLS[/** @type {keyof Calls} */ (name)]
  )
  parentPort?.postMessage({ id, value: await call(argument) })
})
parentPort?.postMessage({ url, issuer: `${url}/`, jwksUrl: `${url}/.well-known/jwks.json` })
