import { createHash } from 'node:crypto'
import { PATHS } from '../http/paths.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {NonNullable<import('./fault.js').Fault['authorizationResponse']>} ResponseChange */

/** The message in the engine's web message page. */
const MESSAGE = /var data = (\{.*\});/

/** @param {URLSearchParams} params */
const hasAnswer = params => params.has('code') || params.has('error')

/**
 * Where a redirect carries an answer to the application.
 *
 * @param {Context} ctx
 */
const redirectOf = ctx => {
  const location = ctx.response.get('Location')
  if (!location || !URL.canParse(location)) return undefined
  const url = new URL(location)
  const fragment = new URLSearchParams(url.hash.slice(1))
  if (hasAnswer(url.searchParams)) return { url, part: /** @type {const} */ ('search') }
  return hasAnswer(fragment) ? { url, part: /** @type {const} */ ('hash') } : undefined
}

/** @param {Context} ctx */
const messageOf = ctx => (typeof ctx.body === 'string' ? MESSAGE.exec(ctx.body)?.[1] : undefined)

/**
 * Whether the application gets its answer (RFC 6749 section 4.1.2) with this response: at once, or
 * on the way back from the login page.
 *
 * @param {Context} ctx
 */
export const isAuthorizationResponse = ctx => {
  const isOurs = ctx.path === PATHS.authorize || ctx.path.startsWith(`${PATHS.authorize}/`)
  return isOurs && (redirectOf(ctx) !== undefined || messageOf(ctx) !== undefined)
}

/**
 * @param {[string, string][]} params
 * @param {ResponseChange} change
 * @returns {[string, string][]}
 */
const changed = (params, { remove = [], set = {}, repeat = [] }) => {
  const kept = params.filter(([name]) => !remove.includes(name) && !(name in set))
  const all = [...kept, ...Object.entries(set)]
  return [...all, ...all.filter(([name]) => repeat.includes(name))]
}

/**
 * A message is an object: repeated parameters become a list.
 *
 * @param {[string, string][]} params
 */
const toMessage = params => {
  /** @type {Map<string, string | string[]>} */
  const message = new Map()
  for (const [name, value] of params) {
    const earlier = message.get(name)
    message.set(name, earlier === undefined ? value : [earlier, value].flat())
  }
  return Object.fromEntries(message)
}

/** @param {string} page */
const scriptHash = page => {
  const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? ''
  return createHash('sha256').update(script).digest('base64')
}

/**
 * @param {Context} ctx
 * @param {string} json
 * @param {ResponseChange} change
 */
const alterMessage = (ctx, json, change) => {
  const page = String(ctx.body)
  const { response, ...rest } = JSON.parse(json)
  const message = toMessage(changed(Object.entries(response), change))
  const data = JSON.stringify({ response: message, ...rest }).replace(/</g, '\\u003C')
  const altered = page.replace(MESSAGE, () => `var data = ${data};`)
  // The page may run this script only: the policy names it by its hash.
  const policy = ctx.response.get('Content-Security-Policy')
  ctx.set(
    'Content-Security-Policy',
    policy.replace(scriptHash(page), () => scriptHash(altered)),
  )
  ctx.body = altered
}

/**
 * @param {Context} ctx
 * @param {ResponseChange} change
 */
export const alterAuthorizationResponse = (ctx, change) => {
  const json = messageOf(ctx)
  if (json !== undefined) return alterMessage(ctx, json, change)
  const redirect = redirectOf(ctx)
  if (!redirect) return undefined
  const { url, part } = redirect
  url[part] = new URLSearchParams(
    changed([...new URLSearchParams(url[part].slice(1))], change),
  ).toString()
  ctx.set('Location', url.href)
  return undefined
}
