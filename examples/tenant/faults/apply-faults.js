import { fieldOf } from '../http/form-fields.js'
import { endpointOf } from '../http/paths.js'
import { noteInLog } from '../http/request-log.js'
import {
  alterAuthorizationResponse,
  isAuthorizationResponse,
} from './alter-authorization-response.js'
import { requestDrop } from './drop-connections.js'
import { preventsWork, replacesAnswer } from './fault-kinds.js'
import { mutateAnswer, replaceAnswer, truncateAnswer } from './replace-answer.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {import('./faults.js').FaultInUse} FaultInUse */

/**
 * @param {Context} ctx
 * @returns {import('./faults.js').Facts}
 */
const factsOf = ctx => ({
  endpoint: endpointOf(ctx.path),
  grantType: fieldOf(ctx, 'grant_type'),
  client_id: fieldOf(ctx, 'client_id'),
  prompt: fieldOf(ctx, 'prompt'),
  inFrames: ctx.get('Sec-Fetch-Dest') === 'iframe',
})

/**
 * Applies the delays and holds one after the other, in the order in which the faults were added.
 *
 * @param {FaultInUse[]} used
 * @param {'before' | 'after'} stage
 */
const wait = async (used, stage) => {
  for (const { fault, hold } of used) {
    const ms = stage === 'before' ? fault.delayBeforeMs : fault.delayAfterMs
    if (ms) await hold.waitAtMost(ms)
    if (fault.hold === stage) await hold.wait()
  }
}

/**
 * @param {Context} ctx
 * @param {() => Promise<unknown>} next
 */
const workWithoutCookies = async (ctx, next) => {
  delete ctx.req.headers.cookie
  await next()
  ctx.remove('Set-Cookie')
}

/**
 * @param {{
 *   faults: import('./faults.js').Faults,
 *   record: import('../tokens/event-log.js').RecordEvent,
 *   alterTokens: import('./alter-tokens.js').AlterTokens,
 * }} parts
 * @returns {import('koa').Middleware}
 */
export const createApplyFaults = ({ faults, record, alterTokens }) => {
  /**
   * @param {Context} ctx
   * @param {FaultInUse[]} used
   */
  const alterAnswer = async (ctx, used) => {
    for (const { fault } of used) {
      if (replacesAnswer(fault)) replaceAnswer(ctx, fault)
      else if (fault.headers) ctx.set(fault.headers)
      await alterTokens(ctx, fault)
      if (fault.mutate) mutateAnswer(ctx, fault.mutate)
      if (fault.authorizationResponse) alterAuthorizationResponse(ctx, fault.authorizationResponse)
      if (fault.truncate) truncateAnswer(ctx)
      if (fault.cors === false) ctx.remove('Access-Control-Allow-Origin')
      const { drop: when, reset: isReset = false } = fault
      if (when) requestDrop(ctx, { when, isReset })
    }
  }

  /**
   * @param {Context} ctx
   * @param {FaultInUse[]} used
   */
  const recordUse = (ctx, used) => {
    const { endpoint, client_id } = factsOf(ctx)
    for (const { name } of used) {
      record({ type: 'fault_applied', fault: name, endpoint, ...(client_id && { client_id }) })
    }
  }

  return async (ctx, next) => {
    if (ctx.method === 'OPTIONS') return next()

    const onRequest = faults.take(factsOf(ctx), { isResponse: false })
    const workDone = !onRequest.some(({ fault }) => preventsWork(fault))
    recordUse(ctx, onRequest)
    await wait(onRequest, 'before')
    if (workDone && onRequest.some(({ fault }) => fault.cookies))
      await workWithoutCookies(ctx, next)
    else if (workDone) await next()

    const onResponse = isAuthorizationResponse(ctx)
      ? faults.take({ ...factsOf(ctx), endpoint: 'authorize' }, { isResponse: true })
      : []
    recordUse(ctx, onResponse)
    const used = [...onRequest, ...onResponse]
    if (used.length > 0)
      noteInLog(ctx, { fault: used.map(({ name }) => name).join('; '), workDone })
    await alterAnswer(ctx, used)
    await wait(used, 'after')
    return undefined
  }
}
