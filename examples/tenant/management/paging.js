import { ManagementProblem } from './problem.js'

const MOST_PER_PAGE = 100

/**
 * @param {import('koa').Context} ctx
 * @param {string} name
 * @param {{ fallback: number, most: number }} bounds
 */
const readNumber = ({ query }, name, { fallback, most }) => {
  const given = query[name]
  if (given === undefined) return fallback
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Infinity
  if (number <= most) return number
  throw new ManagementProblem(
    400,
    `Query validation error: 'must be a whole number of at most ${most}' on property ${name}.`,
    'invalid_query_string',
  )
}

/**
 * One page of a list in Auth0's format: an array, or an object with the list and totals.
 *
 * @param {import('koa').Context} ctx
 * @param {string} name
 * @param {readonly object[]} items
 */
export const answerPage = (ctx, name, items) => {
  const limit = readNumber(ctx, 'per_page', { fallback: 50, most: MOST_PER_PAGE })
  const page = readNumber(ctx, 'page', { fallback: 0, most: Number.MAX_SAFE_INTEGER })
  const start = page * limit
  const shown = items.slice(start, start + limit)
  const totals = { start, limit, length: shown.length, total: items.length }
  ctx.body = ctx.query.include_totals === 'true' ? { ...totals, [name]: shown } : shown
}
