import { ApiError, invalidToken } from './api-error.js'
import { createDpopNonces } from './dpop-nonces.js'
import { isAllowedHost } from './is-allowed-host.js'
import { readJson } from './read-json.js'
import { requireAuthentication } from './require-authentication.js'
import { createRoutes } from './routes.js'
import { createUsedProofs } from './used-proofs.js'
import { createVerifyAccessToken, requireScope } from './verify-access-token.js'
import { createVerifyDpopProof } from './verify-dpop-proof.js'

/** @typedef {import('./routes.js').Route} Route */
/** @typedef {import('node:http').IncomingMessage} IncomingMessage */

/**
 * @typedef {object} ApiSettings
 * These may be changed while the API runs.
 * @property {boolean} requireDpopNonce whether DPoP proofs must contain a nonce of the API
 * @property {import('./require-authentication.js').StepUp} stepUp the login that `/api/step-up` requires
 * @property {(claims: import('jose').JWTPayload) => boolean} isRevoked whether a valid token is refused
 *   with `invalid_token` nevertheless, for example by its `jti`
 */

/** @type {import('./require-authentication.js').StepUp} */
const DEFAULT_STEP_UP = {
  // OpenID Connect's name for a login with more than one factor.
  acrValues: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  maxAgeSeconds: 300,
}

const PREFLIGHT_SECONDS = 3600

/** @typedef {{ status: number, body: object, headers: Record<string, string> }} Answer */

/**
 * @param {number} status
 * @param {string} error
 * @param {string} message
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
const failure = (status, error, message, headers = {}) => ({
  status,
  body: { error, message },
  headers,
})

/**
 * Only the pages of the application may read the responses. Tokens are not sent automatically like
 * cookies, so `Access-Control-Allow-Credentials` is not needed.
 *
 * @param {string | undefined} origin
 * @param {readonly string[]} origins
 */
const corsHeaders = (origin, origins) => ({
  Vary: 'Origin',
  ...(origin !== undefined &&
    origins.includes(origin) && {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Headers': 'Authorization, DPoP, Content-Type',
      'Access-Control-Expose-Headers': 'DPoP-Nonce, WWW-Authenticate',
      'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    }),
})

/**
 * Any error other than `ApiError` is a bug in this program: its message is logged, not sent.
 *
 * @param {unknown} error
 */
const answerFailure = error => {
  if (!(error instanceof ApiError)) {
    console.error(error)
    return failure(500, 'server_error', 'Internal server error')
  }
  const { status, code, message, challenge } = error
  return failure(status, code, message, challenge ? { 'WWW-Authenticate': challenge } : {})
}

/** @param {IncomingMessage} request */
const pathOf = ({ url = '/' }) => url.split('?')[0] ?? '/'

/**
 * Whether the client knows of DPoP, and so of nonces.
 *
 * @param {IncomingMessage} request
 */
const isAboutDpop = ({ headers: { authorization = '', dpop } }) =>
  dpop !== undefined || /^dpop /i.test(authorization)

/**
 * An API that requires a valid access token.
 *
 * @example
 * const api = createApi({
 *   issuer: 'https://example.auth0.com/',
 *   audience: 'https://api.example.com/',
 *   origins: ['http://localhost:5173'],
 * })
 * createServer(api).listen(4002)
 * api.settings.requireDpopNonce = true // applies from the next request
 * api.dpopNonces.rotate() // makes all nonces given out so far invalid
 *
 * @param {{
 *   issuer: string,
 *   audience: string,
 *   origins: readonly string[],
 *   hosts?: readonly string[],
 *   publicUrl?: string,
 * } & Partial<ApiSettings>} options `origins`: the origins of the pages that may call it; read at each
 *   request; `hosts`: the host names under which it is available beside those of this machine;
 *   `publicUrl`: the origin that clients see if it is behind a proxy, which DPoP proofs name
 * @returns {import('node:http').RequestListener & {
 *   settings: ApiSettings,
 *   dpopNonces: import('./dpop-nonces.js').DpopNonces,
 * }}
 */
export const createApi = ({
  issuer,
  audience,
  origins,
  hosts = [],
  publicUrl,
  requireDpopNonce = false,
  stepUp = DEFAULT_STEP_UP,
  isRevoked = () => false,
}) => {
  /** @type {ApiSettings} */
  const settings = { requireDpopNonce, stepUp, isRevoked }
  const routes = createRoutes()
  const nonces = createDpopNonces()
  const verifyProof = createVerifyDpopProof({ settings, nonces, usedProofs: createUsedProofs() })
  const verifyAccessToken = createVerifyAccessToken({ issuer, audience, verifyProof })

  /**
   * @param {Route} route
   * @param {IncomingMessage} request
   */
  const authorize = async ({ isPublic, scope, needsStepUp }, request) => {
    if (isPublic) return {}
    const { method = '', headers } = request
    const dpop = headers.dpop === undefined ? undefined : String(headers.dpop)
    const { claims, scheme } = await verifyAccessToken({
      authorization: headers.authorization,
      dpop,
      method,
      url: (publicUrl ?? `http://${headers.host}`) + pathOf(request),
    })
    if (settings.isRevoked(claims)) throw invalidToken('The access token was revoked', scheme)
    if (scope) requireScope(claims, scope, scheme)
    if (needsStepUp) requireAuthentication(claims, settings.stepUp, scheme)
    return claims
  }

  /**
   * @param {IncomingMessage} request
   * @returns {Promise<Answer>}
   */
  const answer = async request => {
    const path = pathOf(request)
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (!route) return failure(404, 'not_found', 'There is no such route')
    const { method = 'GET' } = route
    if (request.method !== method) {
      const headers = { Allow: `${method}, OPTIONS` }
      return failure(405, 'method_not_allowed', `The method must be ${method}`, headers)
    }
    try {
      const claims = await authorize(route, request)
      const body = method === 'POST' ? await readJson(request) : undefined
      return { status: 200, body: route.answer(claims, body), headers: {} }
    } catch (error) {
      return answerFailure(error)
    }
  }

  /** @type {import('node:http').RequestListener} */
  const listener = async (request, response) => {
    const { host, origin } = request.headers
    if (!isAllowedHost(host, hosts)) {
      response.writeHead(403).end()
      return
    }
    const cors = corsHeaders(origin, origins)
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors).end()
      return
    }
    const { status, body, headers } = await answer(request)
    response
      .writeHead(status, {
        ...cors,
        ...headers,
        ...(settings.requireDpopNonce &&
          isAboutDpop(request) && { 'DPoP-Nonce': nonces.current() }),
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
      })
      .end(JSON.stringify(body))
  }

  return Object.assign(listener, { settings, dpopNonces: nonces })
}
