import { appendBounded } from './bounded-list.js'
import { fieldOf } from './form-fields.js'
import { endpointOf } from './paths.js'
import { hashToken } from './token-hash.js'

/**
 * @typedef {object} LogEntry
 * One request. Contains no token, code, password or query string.
 * @property {number} time milliseconds since 1970, when the request arrived
 * @property {string} method
 * @property {string} path the ids of login pages are left out
 * @property {import('./paths.js').Endpoint} endpoint
 * @property {number} status 0 when no complete answer was sent
 * @property {string} [grantType]
 * @property {true} [hasProof] the request had a `DPoP` header
 * @property {string} [origin]
 * @property {string} [client_id]
 * @property {string} [prompt]
 * @property {string} [refreshTokenHash] of the refresh token that was presented, see `hashToken`
 * @property {string} [issuedRefreshTokenHash] of the token that was issued, even if the response
 *   was lost
 * @property {string} [family] the token family it was about, as the events name it
 * @property {string} [fault] the names of the faults that applied
 * @property {boolean} [workDone] whether the tenant did the work; set only if a fault applied or
 *   the response was lost
 * @property {true} [lost] the response did not reach the client
 */

/** @typedef {Pick<LogEntry, 'hasProof' | 'issuedRefreshTokenHash' | 'family' | 'fault' | 'workDone' | 'lost'>} LogNote */

/** @typedef {Partial<Pick<LogEntry, 'endpoint' | 'method' | 'grantType' | 'hasProof' | 'status' | 'prompt' | 'fault' | 'lost'>>} LogFilter */

/** @param {unknown} value */
const text = value => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * Adds to the log entry the request will have.
 *
 * @param {import('koa').Context} ctx
 * @param {LogNote} note
 */
export const noteInLog = (ctx, note) => {
  ctx.state.logNote = { ...ctx.state.logNote, ...note }
}

/**
 * @param {import('koa').Context} ctx
 * @returns {LogNote}
 */
const noteOf = ctx => {
  const hasGone = ctx.res.destroyed || ctx.res.socket?.destroyed === true
  return { ...(hasGone && { lost: true, workDone: true }), ...ctx.state.logNote }
}

/**
 * @param {import('koa').Context} ctx
 * @param {import('./paths.js').Endpoint} endpoint
 */
const presentedHash = (ctx, endpoint) => {
  const names = /** @type {Record<string, string>} */ ({ token: 'refresh_token', revoke: 'token' })
  const name = names[endpoint]
  const token = name && fieldOf(ctx, name)
  return token ? hashToken(token) : undefined
}

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
    const note = noteOf(ctx)
    /** @type {LogEntry} */
    const entry = {
      time,
      method: ctx.method,
      path: endpoint === 'login' ? ctx.path.replace(/\/[^/]+$/, '/:id') : ctx.path,
      endpoint,
      status: note.lost ? 0 : status,
      ...onlyPresent({
        grantType: fieldOf(ctx, 'grant_type'),
        origin: text(ctx.get('origin')),
        client_id: fieldOf(ctx, 'client_id'),
        prompt: text(ctx.query.prompt),
        refreshTokenHash: presentedHash(ctx, endpoint),
      }),
      ...note,
    }
    appendBounded(entries, entry)
    for (const notify of subscribers) notify(entry)
  }

  return {
    /**
     * Written before the response is sent, so that the entry exists when the client has the
     * response.
     *
     * @type {import('koa').Middleware}
     */
    middleware: async (ctx, next) => {
      const time = Date.now()
      if (ctx.get('DPoP') !== '') noteInLog(ctx, { hasProof: true })
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
       * Counts the requests that match the filter. Preflights count only if the filter has
       * `method`.
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
