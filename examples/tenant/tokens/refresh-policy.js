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
 * Connects the engine and the ledger: the engine checks a request, the ledger decides.
 *
 * @param {{ ledger: Ledger, InvalidGrant: new (detail: string) => Error }} parts
 */
export const createRefreshPolicy = ({ ledger, InvalidGrant }) => {
  /** @type {WeakMap<RefreshToken, string>} */
  const successors = new WeakMap()

  return {
    /**
     * Called by the engine during the refresh grant, after all other checks, to decide about
     * rotation.
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
     * Called by the engine at the revocation endpoint. Refresh tokens are revoked here, because the
     * engine would revoke the whole grant for every kind of token.
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
     * Makes the engine issue the ledger's tokens, not the ones that it generates.
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
