import { PATHS } from '../http/paths.js'
import { noteInLog } from '../http/request-log.js'

/** @typedef {import('./event-log.js').TenantEvent} TenantEvent */

/** @type {Record<string, ReadonlySet<TenantEvent['type']>>} */
const ABOUT_THE_REQUEST = {
  [PATHS.token]: new Set([
    'refresh_token_issued',
    'refresh_token_rotated',
    'refresh_token_kept',
    'refresh_token_reused',
  ]),
  [PATHS.revoke]: new Set(['refresh_token_revoked']),
}

/**
 * Adds the token family to the log entry of a request: the family whose event the request caused.
 * Other families may end in the same request by expiry or by the cap.
 *
 * @param {import('./event-log.js').SubscribeToEvents} subscribe
 * @param {() => import('koa').Context | undefined} currentContext
 */
export const noteFamilies = (subscribe, currentContext) =>
  subscribe(({ type, family }) => {
    const ctx = currentContext()
    if (family && ctx && ABOUT_THE_REQUEST[ctx.path]?.has(type)) noteInLog(ctx, { family })
  })
