import { createDeviceGrant } from './device-grant.js'
import { createDpopErrors } from './dpop-errors.js'
import { createGrantGuard } from './grant-guard.js'
import { createGrantProvider } from './grant-provider.js'
import { DEVICE_CODE, PASSWORD, PASSWORD_REALM, REFRESH } from './grant-types.js'
import { createMultiResource } from './multi-resource.js'
import { createPasswordGrant, PASSWORD_PARAMS } from './password-grant.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/**
 * Every grant of the tenant: the engine's own, each in Auth0's manner, and the password grants.
 *
 * @param {{
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   users: import('../settings/users.js').Users,
 *   authorizations: import('../engine/authorizations.js').Authorizations,
 *   refusal: import('../engine/refusal.js').Refusal,
 *   settings: import('../settings/resolve-options.js').TenantSettings,
 * }} parts
 */
export const createGrants = ({ clients, users, authorizations, refusal, settings }) => {
  const requireGrant = createGrantGuard({ clients, refusal })
  const checkProofs = createDpopErrors(refusal, settings)
  const manners = /** @type {Record<string, (handler: GrantHandler) => GrantHandler>} */ ({
    [REFRESH]: createMultiResource(clients),
    [DEVICE_CODE]: createDeviceGrant(refusal),
  })
  /** @type {Map<string, GrantHandler>} */
  const engineHandlers = new Map()

  /**
   * @param {string} name
   * @param {GrantHandler} handler
   */
  const adapt = (name, handler) => {
    engineHandlers.set(name, handler)
    const inManner = checkProofs(manners[name]?.(handler) ?? handler)
    return {
      /** @type {GrantHandler} */
      handler: ctx => {
        requireGrant(ctx.oidc.client.clientId, name)
        return inManner(ctx)
      },
      params: name === REFRESH ? ['audience'] : [],
    }
  }

  return {
    requireGrant,

    /**
     * The engine's class with all grants in it.
     *
     * @param {typeof import('oidc-provider').Provider} Provider
     * @param {ConstructorParameters<typeof import('oidc-provider').Provider>} args
     */
    createProvider: (Provider, ...args) => {
      const provider = new (createGrantProvider(Provider, adapt))(...args)
      const redeemDeviceCode = engineHandlers.get(DEVICE_CODE)
      if (!redeemDeviceCode) throw new Error('The engine has no device authorization grant.')
      const handler = createPasswordGrant({ users, authorizations, refusal, redeemDeviceCode })
      for (const name of [PASSWORD, PASSWORD_REALM]) {
        provider.registerGrantType(name, handler, PASSWORD_PARAMS)
      }
      return provider
    },
  }
}

/** @typedef {ReturnType<typeof createGrants>} Grants */
