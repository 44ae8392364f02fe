import { appendBounded } from './bounded-list.js'
import { endpointOf } from './paths.js'

/**
 * @typedef {object} LogEntry
 * One request. Holds no token, code, password or query string.
 * @property {number} time milliseconds since 1970, when the request arrived
 * @property {string} method
 * @property {string} path the ids of login pages are left out
 * @property {import('./paths.js').Endpoint} endpoint
 * @property {number} status
 * @property {string} [grantType]
 * @property {string} [origin]
 * @property {string} [client_id]
 * @property {string} [prompt]
 */

/** @typedef {Partial<Pick<LogEntry, 'endpoint' | 'method' | 'grantType' | 'status' | 'prompt'>>} LogFilter */

/** @param {unknown} value */
const text = value => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * @param {Record<string, string | undefined>} fields
 * @returns {Record<string, string>}
 */
const onlyPresent = fields =>
  /** @type {Record<string, string>} */ (
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  )

/** @param {unknown} error */
const statusOf = error =>
  error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : 500

export const createRequestLog = () => {
  /** @type {LogEntry[]} */
  const entries = []
  /** @type {Set<(entry: LogEntry) => void>} */
  const subscribers = new Set()

  /**
   * @param {import('koa').Context} ctx
   * @param {number} time
   * @param {number} status
   */
  const write = (ctx, time, status) => {
    const endpoint = endpointOf(ctx.path)
    const params = ctx.oidc?.params ?? {}
    /** @type {LogEntry} */
    const entry = {
      time,
      method: ctx.method,
      path: endpoint === 'login' ? ctx.path.replace(/\/[^/]+$/, '/:id') : ctx.path,
      endpoint,
      status,
      ...onlyPresent({
        grantType: text(params.grant_type),
        origin: text(ctx.get('origin')),
        client_id: text(ctx.query.client_id ?? params.client_id),
        prompt: text(ctx.query.prompt),
      }),
    }
    appendBounded(entries, entry)
    for (const notify of subscribers) notify(entry)
  }

  return {
    /**
     * Written before the answer leaves, so whoever has an answer finds its entry.
     *
     * @type {import('koa').Middleware}
     */
    middleware: async (ctx, next) => {
      const time = Date.now()
      try {
        await next()
      } catch (error) {
        write(ctx, time, statusOf(error))
        throw error
      }
      write(ctx, time, ctx.status)
    },

    log: {
      /** The latest requests, oldest first. */
      entries,

      /**
       * How many requests fit the filter. Preflights count only when asked for by method.
       *
       * @param {LogFilter} [filter]
       */
      count: (filter = {}) => {
        const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
        return entries.filter(
          entry =>
            (filter.method !== undefined || entry.method !== 'OPTIONS') &&
            wanted.every(([name, value]) => entry[/** @type {keyof LogFilter} */ (name)] === value),
        ).length
      },

      clear: () => {
        entries.length = 0
      },

      /**
       * Calls back for every request from now on.
       *
       * @param {(entry: LogEntry) => void} onRequest
       * @returns {() => void} ends the subscription
       */
      subscribe: onRequest => {
        subscribers.add(onRequest)
        return () => {
          subscribers.delete(onRequest)
        }
      },
    },
  }
}
