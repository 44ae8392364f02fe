import { randomBytes } from 'node:crypto'
import { allowOrigin } from '../http/cors.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {import('./fault.js').Fault} Fault */

/** @type {ReadonlySet<import('../http/paths.js').Endpoint>} */
const READ_BY_PAGES = new Set(['token', 'revoke', 'userinfo', 'jwks', 'discovery', 'deviceCode'])

/**
 * What a server answers that requires a nonce in the DPoP proof: the token endpoint with 400, others
 * with 401 and a challenge.
 *
 * @param {Fault} fault
 * @returns {Fault}
 */
const demandNonce = fault => ({
  ...fault,
  status: fault.status ?? (fault.endpoint === 'token' ? 400 : 401),
  json: { error: 'use_dpop_nonce', error_description: 'A nonce is required in the DPoP proof.' },
  headers: {
    ...(fault.endpoint !== 'token' && {
      'WWW-Authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"',
    }),
    ...(fault.useDpopNonce === 'new-nonce' && {
      'DPoP-Nonce': randomBytes(24).toString('base64url'),
    }),
    ...fault.headers,
  },
})

/**
 * @param {Context} ctx
 * @param {Fault} fault
 */
const sendAnswer = (ctx, { endpoint, status = 200, headers = {}, json, html, body }) => {
  ctx.status = status
  ctx.remove('Content-Type')
  if (json !== undefined) ctx.body = JSON.stringify(json)
  else ctx.body = html ?? body ?? ''
  if (json !== undefined) ctx.type = 'json'
  else ctx.type = html === undefined ? 'text' : 'html'
  ctx.set('Cache-Control', 'no-store')
  ctx.set(headers)
  if (READ_BY_PAGES.has(endpoint)) allowOrigin(ctx)
}

/**
 * Replaces the tenant's response with the one of the fault.
 *
 * @param {Context} ctx
 * @param {Fault} fault
 */
export const replaceAnswer = (ctx, fault) =>
  sendAnswer(ctx, fault.useDpopNonce ? demandNonce(fault) : fault)

/**
 * @param {unknown} body
 * @returns {body is Record<string, unknown>}
 */
const isMembers = body =>
  typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype

/**
 * @param {Context} ctx
 * @param {(members: Record<string, unknown>) => Record<string, unknown>} change
 */
export const changeMembers = (ctx, change) => {
  const { body, type } = ctx
  if (!isMembers(body)) return
  ctx.body = change(body)
  // Setting a body sets its type as well, and a key set has one of its own.
  ctx.type = type
}

/**
 * @param {Context} ctx
 * @param {NonNullable<Fault['mutate']>} change
 */
export const mutateAnswer = (ctx, { remove = [], set = {} }) =>
  changeMembers(ctx, members =>
    Object.fromEntries(
      Object.entries({ ...members, ...set }).filter(([name]) => !remove.includes(name)),
    ),
  )

/**
 * Sends the first half of the body as if it were complete.
 *
 * @param {Context} ctx
 */
export const truncateAnswer = ctx => {
  const { type } = ctx
  const text = bodyText(ctx)
  ctx.body = text.slice(0, Math.floor(text.length / 2))
  ctx.type = type
}

/** @param {Context} ctx */
export const bodyText = ({ body }) => (typeof body === 'string' ? body : JSON.stringify(body ?? ''))
