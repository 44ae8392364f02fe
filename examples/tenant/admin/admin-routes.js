import { validateFault } from '../faults/validate-fault.js'
import { refuse } from './refuse.js'
import { validateSettings } from './settings-patch.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {Record<string, unknown>} Body */

/**
 * @typedef {object} AdminParts
 * @property {import('../faults/faults.js').FaultControl} faults
 * @property {import('../settings/resolve-options.js').TenantSettings} settings
 * @property {import('../keys/signing-keys.js').SigningKeys} keys
 * @property {import('../engine/dpop-nonces.js').DpopNonces} dpopNonces
 * @property {ReturnType<typeof import('../http/request-log.js').createRequestLog>['log']} log
 * @property {import('../tokens/event-log.js').TenantEvent[]} events
 */

/**
 * @typedef {(ctx: Context, request: { body: Body, id: string }) => unknown} Answer
 * The return value is sent as JSON; `undefined` is sent as 204.
 */

/** @param {Pick<AdminParts, 'faults'>} parts */
const faultRoutes = ({ faults }) => ({
  /** @type {Answer} */
  add: (ctx, { body }) => {
    const checked = validateFault(body)
    if ('problems' in checked) return refuse(ctx, 400, 'The fault is not valid.', checked.problems)
    faults.add(checked.value)
    ctx.status = 201
    return faults.active().at(-1)
  },

  /** @type {Answer} */
  remove: (ctx, { id }) =>
    faults.remove(id) ? undefined : refuse(ctx, 404, 'There is no such fault.'),
})

/** @param {Pick<AdminParts, 'settings'>} parts */
const patchSettings =
  ({ settings }) =>
  /** @type {Answer} */
  (ctx, { body }) => {
    const checked = validateSettings(body)
    if ('problems' in checked)
      return refuse(ctx, 400, 'Some settings are not valid.', checked.problems)
    return Object.assign(settings, checked.value)
  }

/** @param {Pick<AdminParts, 'keys'>} parts */
const rotateKeys =
  ({ keys }) =>
  /** @type {Answer} */
  (ctx, { body: { keepOld = true, ...others } }) => {
    const problems = [
      ...(typeof keepOld === 'boolean'
        ? []
        : [{ path: 'keepOld', message: 'must be true or false' }]),
      ...Object.keys(others).map(path => ({ path, message: 'is not known' })),
    ]
    if (problems.length > 0) return refuse(ctx, 400, 'The options are not valid.', problems)
    return keys.rotate({ keepOld: keepOld === true })
  }

/**
 * The routes below `/_tenant/`, by path and method.
 *
 * @param {AdminParts} parts
 * @returns {Record<string, Record<string, Answer>>}
 */
export const createAdminRoutes = parts => {
  const { faults, settings, log, events } = parts
  const { add, remove } = faultRoutes(parts)
  return {
    faults: { GET: () => faults.active(), POST: add, DELETE: () => faults.clear() },
    'faults/:id': { DELETE: remove },
    settings: { GET: () => settings, PATCH: patchSettings(parts) },
    'keys/rotate': { POST: rotateKeys(parts) },
    'dpop-nonces/rotate': { POST: () => parts.dpopNonces.rotate() },
    log: { GET: () => log.entries, DELETE: () => log.clear() },
    events: { GET: () => events },
  }
}
