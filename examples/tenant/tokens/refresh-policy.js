import { toAudience } from '../engine/audience.js'

/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */
/** @typedef {import('oidc-provider').Provider} Provider */
/** @typedef {import('./ledger.js').Ledger} Ledger */
/** @typedef {InstanceType<Provider['RefreshToken']>} RefreshToken */

/**
 * @param {RefreshToken} token the engine's, not yet stored
 * @returns {import('./family.js').Login}
 */
const loginOf = ({ grantId = '', clientId = '', accountId, resource, scope = '' }) => {
  const [first] = [resource].flat()
  return {
    grantId,
    client_id: clientId,
    sub: accountId,
    ...(first !== undefined && { audience: toAudience(first) }),
    scope,
  }
}

/**
 * Where the engine and the ledger meet: the engine has checked a request, the ledger decides.
 *
 * @param {{ ledger: Ledger, InvalidGrant: new (detail: string) => Error }} parts
 */
export const createRefreshPolicy = ({ ledger, InvalidGrant }) => {
  /** @type {WeakMap<RefreshToken, string>} */
  const successors = new WeakMap()

  return {
    /**
     * The engine's question during the refresh grant: rotate this token? It asks after everything
     * else about the request has been checked.
     *
     * @param {Context} ctx
     */
    rotateRefreshToken: async ({ oidc: { entities } }) => {
      const presented = entities.RefreshToken
      if (!presented) return false
      const verdict = ledger.exchange(presented.jti)
      if (verdict.outcome === 'refused') throw new InvalidGrant('refresh token refused')
      if (verdict.outcome === 'kept') return false
      successors.set(presented, verdict.token)
      return true
    },

    /**
     * The engine's question at the revocation endpoint. A refresh token is revoked right here, for
     * the engine would end all that hangs on its grant, whichever kind the token is.
     *
     * @param {Context} _ctx
     * @param {{ clientId: string }} client
     * @param {{ kind: string, jti: string, clientId?: string | undefined }} token
     */
    mayRevoke: (_ctx, client, token) => {
      const isOwn = token.clientId === client.clientId
      if (token.kind !== 'RefreshToken') return isOwn
      if (isOwn) ledger.revokeToken(token.jti, 'revocation_endpoint')
      return false
    },

    /**
     * Lets the engine issue the tokens the ledger has made, instead of its own.
     *
     * @param {Provider} provider
     * @param {() => Context | undefined} currentContext
     */
    install: (provider, currentContext) => {
      const model = /** @type {{ generateTokenId?: (this: RefreshToken) => string }} */ (
        provider.RefreshToken.prototype
      )
      model.generateTokenId = function () {
        const predecessor = currentContext()?.oidc.entities.RotatedRefreshToken
        return (predecessor && successors.get(predecessor)) ?? ledger.start(loginOf(this))
      }
    },
  }
}

/** @typedef {ReturnType<typeof createRefreshPolicy>} RefreshPolicy */
