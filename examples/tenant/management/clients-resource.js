import { describeClient } from './client-answer.js'
import { applyClientPatch, readClientPatch } from './client-patch.js'
import { answerPage } from './paging.js'
import { readPayload } from './payload.js'
import { ManagementProblem } from './problem.js'

/** @typedef {import('./api.js').Route} Route */
/** @typedef {import('../settings/resolve-options.js').TenantClient} TenantClient */

/**
 * The tenant's applications. Changes apply from the next request.
 *
 * @param {{
 *   clients: readonly TenantClient[],
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 * }} parts
 * @returns {Route[]}
 */
export const createClientsResource = ({ clients, settings }) => {
  /** @param {string} id */
  const find = id => {
    const client = clients.find(({ client_id }) => client_id === id)
    if (client) return client
    throw new ManagementProblem(404, 'The client does not exist', 'inexistent_client')
  }

  return [
    {
      method: 'GET',
      path: 'clients',
      answer: ctx =>
        answerPage(
          ctx,
          'clients',
          clients.map(client => describeClient(client, settings)),
        ),
    },
    {
      method: 'GET',
      path: 'clients/:id',
      answer: (ctx, id) => {
        ctx.body = describeClient(find(id), settings)
      },
    },
    {
      method: 'PATCH',
      path: 'clients/:id',
      answer: async (ctx, id) => {
        const client = find(id)
        applyClientPatch(client, readClientPatch(await readPayload(ctx)))
        ctx.body = describeClient(client, settings)
      },
    },
  ]
}
