import { ApiError } from './api-error.js'
import { isAllowedHost } from './is-allowed-host.js'
import { createVerifyAccessToken, requireScope } from './verify-access-token.js'

/** @typedef {import('jose').JWTPayload} Claims */

/**
 * @typedef {object} Route
 * @property {boolean} [isPublic] whether the route requires no token
 * @property {string} [scope] the scope that the token must have
 * @property {(claims: Claims) => object} answer
 */

/** @type {Record<string, Route>} */
const ROUTES = {
  '/': { isPublic: true, answer: () => ({ routes: Object.keys(ROUTES) }) },
  '/api/public': { isPublic: true, answer: () => ({ message: 'This route is public.' }) },
  '/api/private': { answer: ({ sub }) => ({ message: `The API knows you as ${sub}.`, sub }) },
  '/api/private-scoped': {
    scope: 'read:messages',
    answer: ({ sub, scope }) => ({ message: 'You have read:messages.', sub, scope }),
  },
}

const NOT_FOUND = {
  status: 404,
  body: { error: 'not_found', message: 'There is no such route' },
  headers: {},
}

const PREFLIGHT_SECONDS = 3600

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
      'Access-Control-Allow-Headers': 'Authorization',
      'Access-Control-Expose-Headers': 'WWW-Authenticate',
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
    return {
      status: 500,
      body: { error: 'server_error', message: 'Internal server error' },
      headers: {},
    }
  }
  const { status, code, message, challenge } = error
  return {
    status,
    body: { error: code, message },
    headers: challenge ? { 'WWW-Authenticate': challenge } : {},
  }
}

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
 *
 * @param {{
 *   issuer: string,
 *   audience: string,
 *   origins: readonly string[],
 *   hosts?: readonly string[],
 * }} options `origins`: the origins of the pages that may call it; read at each request; `hosts`: the
 *   host names under which it is available beside those of this machine
 * @returns {import('node:http').RequestListener}
 */
export const createApi = ({ issuer, audience, origins, hosts = [] }) => {
  const verifyAccessToken = createVerifyAccessToken({ issuer, audience })

  /**
   * @param {Route} route
   * @param {string | undefined} authorization
   */
  const answer = async ({ isPublic, scope, answer }, authorization) => {
    try {
      const claims = isPublic ? {} : await verifyAccessToken(authorization)
      if (scope) requireScope(claims, scope)
      return { status: 200, body: answer(claims), headers: {} }
    } catch (error) {
      return answerFailure(error)
    }
  }

  return async ({ method, url = '/', headers: { host, origin, authorization } }, response) => {
    if (!isAllowedHost(host, hosts)) return response.writeHead(403).end()
    const cors = corsHeaders(origin, origins)
    if (method === 'OPTIONS') return response.writeHead(204, cors).end()
    if (method !== 'GET') return response.writeHead(405, { ...cors, Allow: 'GET, OPTIONS' }).end()

    const [path = '/'] = url.split('?')
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
    const { status, body, headers } = route ? await answer(route, authorization) : NOT_FOUND
    return response
      .writeHead(status, {
        ...cors,
        ...headers,
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
      })
      .end(JSON.stringify(body))
  }
}
