import { resolveTokenExchange } from '../settings/token-exchange.js'
import { createDeviceGrant } from './device-grant.js'
import { createDpopErrors } from './dpop-errors.js'
import { createGrantGuard } from './grant-guard.js'
import { createGrantProvider } from './grant-provider.js'
import { DEVICE_CODE, PASSWORD, PASSWORD_REALM, REFRESH, TOKEN_EXCHANGE } from './grant-types.js'
import { createMultiResource } from './multi-resource.js'
import { createOnlineAccess, createProofRequirement } from './online-access.js'
import { createPasswordGrant, PASSWORD_PARAMS } from './password-grant.js'
import { createRedeemAsDeviceCode } from './redeem-as-device-code.js'
import { createTokenExchange, TOKEN_EXCHANGE_PARAMS } from './token-exchange.js'

/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/**
 * Every grant of the tenant: the engine's own, each in Auth0's manner, the password grants and token
 * exchange.
 *
 * @param {{
 *   clients: import('../settings/clients.js').ClientRegistry,
 *   users: import('../settings/users.js').Users,
 *   authorizations: import('../engine/authorizations.js').Authorizations,
 *   ledger: import('../tokens/ledger.js').Ledger,
 *   refusal: import('../engine/refusal.js').Refusal,
 *   options: Pick<import('../settings/resolve-options.js').ResolvedTenantOptions,
 *     'settings' | 'tokenExchange'>,
 *   verifyProof: import('../engine/load-engine.js').EngineAccess['verifyProof'],
 * }} parts
 */
export const createGrants = ({
  options,
  clients,
  users,
  authorizations,
  ledger,
  refusal,
  verifyProof,
}) => {
  const { settings } = options
  const validators = resolveTokenExchange(options.tokenExchange)
  const requireGrant = createGrantGuard({ clients, refusal })
  const checkProofs = createDpopErrors({ refusal, settings, verifyProof })
  const adaptToAudience = createMultiResource(clients)
  const endWithSession = createOnlineAccess({ ledger, settings })
  const manners = /** @type {Record<string, (handler: GrantHandler) => GrantHandler>} */ ({
    [REFRESH]: handler => endWithSession(adaptToAudience(handler)),
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
    requireProof: createProofRequirement({ refusal, settings }),

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
      const redeem = createRedeemAsDeviceCode({ authorizations, redeemDeviceCode })
      const handler = createPasswordGrant({ users, refusal, redeem })
      for (const name of [PASSWORD, PASSWORD_REALM]) {
        provider.registerGrantType(name, handler, PASSWORD_PARAMS)
      }
      provider.registerGrantType(
        TOKEN_EXCHANGE,
        createTokenExchange({ validators, authorizations, refusal, redeem }),
        TOKEN_EXCHANGE_PARAMS,
      )
      return provider
    },
  }
}

/** @typedef {ReturnType<typeof createGrants>} Grants */
