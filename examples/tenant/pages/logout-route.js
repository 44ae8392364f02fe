import { PATHS } from '../http/paths.js'
import { sendMessagePage } from './page.js'

/** @typedef {import('koa').Context} Context */
/** @typedef {import('oidc-provider').Provider} Provider */
/** @typedef {import('../settings/clients.js').ClientRegistry} ClientRegistry */

/**
 * @param {Provider} provider
 * @param {import('../tokens/ledger.js').Ledger} ledger
 * @param {Context} ctx
 */
const endSession = async (provider, ledger, ctx) => {
  const session = await provider.Session.get(ctx)
  ledger.endSession(session.uid)
  await session.destroy()
  ctx.cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' })
}

/**
 * Auth0's `/v2/logout`: ends the tenant's session without asking, and sends the browser back to an
 * address of the client, or of any client when none is named. Online access ends with the session, other
 * refresh tokens are left alone, and `federated` changes nothing, since no other identity provider is
 * involved.
 *
 * @param {{
 *   provider: Provider,
 *   clients: ClientRegistry,
 *   ledger: import('../tokens/ledger.js').Ledger,
 *   listClients: () => readonly { client_id: string }[],
 * }} parts
 * @returns {import('koa').Middleware}
 */
export const createLogoutRoute =
  ({ provider, clients, ledger, listClients }) =>
  async (ctx, next) => {
    if (ctx.path !== PATHS.logout || ctx.method !== 'GET') return next()

    const { client_id: clientId, returnTo } = ctx.query
    const allowed = clientId === undefined ? listClients() : [{ client_id: clientId }]
    if (returnTo && !allowed.some(({ client_id }) => clients.mayReturnTo(client_id, returnTo))) {
      return sendMessagePage(ctx, {
        title: 'Not signed out',
        message: `The address in returnTo is not allowed for this application: ${returnTo}`,
        status: 400,
      })
    }
    await endSession(provider, ledger, ctx)
    const target = returnTo || clients.originsOf(clientId)[0]
    if (target) return ctx.redirect(String(target))
    return sendMessagePage(ctx, { title: 'Signed out', message: 'You are signed out.' })
  }
