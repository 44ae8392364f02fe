import { answerPage } from './paging.js'
import { ManagementProblem } from './problem.js'

/** @typedef {import('./api.js').Route} Route */
/** @typedef {import('../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */

const PREFIX = 'dcr_'

/** Which tokens a type of credential stands for. `public_key` is one no client of ours has. */
const TYPES = ['rotating_refresh_token', 'refresh_token', 'public_key']

/** @param {FamilySnapshot} family */
const typeOf = ({ tokens }) =>
  tokens.some(({ status, rotating }) => status === 'active' && rotating)
    ? 'rotating_refresh_token'
    : 'refresh_token'

/** @param {import('koa').Context} ctx */
const readFilter = ({ query }) => {
  const { user_id, client_id, type } = query
  if (type === undefined || TYPES.includes(String(type))) return { user_id, client_id, type }
  throw new ManagementProblem(
    400,
    `Query validation error: 'must be one of: ${TYPES.join(', ')}' on property type.`,
    'invalid_query_string',
  )
}

/**
 * Device credentials: one for each login that still has a refresh token.
 *
 * @param {{
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   ledger: Pick<import('../tokens/ledger.js').Ledger, 'families' | 'revoke'>,
 * }} parts
 * @returns {Route[]}
 */
export const createDeviceCredentialsResource = ({ clients, ledger }) => {
  /** @param {FamilySnapshot} family */
  const describe = family => ({
    id: PREFIX + family.name,
    device_name: clients.find(family.client_id)?.name ?? family.client_id,
    type: typeOf(family),
    user_id: family.sub,
    client_id: family.client_id,
  })

  return [
    {
      method: 'GET',
      path: 'device-credentials',
      answer: ctx => {
        const filter = Object.entries(readFilter(ctx)).filter(([, value]) => value !== undefined)
        const credentials = ledger
          .families()
          .filter(({ status }) => status === 'active')
          .map(describe)
          .filter(credential =>
            filter.every(
              ([name, value]) =>
                credential[/** @type {keyof typeof credential} */ (name)] === value,
            ),
          )
        answerPage(ctx, 'device_credentials', credentials)
      },
    },
    {
      method: 'DELETE',
      path: 'device-credentials/:id',
      answer: (ctx, id) => {
        const isRevoked =
          id.startsWith(PREFIX) && ledger.revoke(id.slice(PREFIX.length), 'device_credentials')
        if (!isRevoked) {
          throw new ManagementProblem(
            404,
            'The device credential does not exist',
            'inexistent_device_credential',
          )
        }
        ctx.status = 204
      },
    },
  ]
}
