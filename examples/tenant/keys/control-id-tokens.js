import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'

/** @typedef {import('oidc-provider').Provider} Provider */
/** @typedef {InstanceType<Provider['IdToken']>} IdToken */

/**
 * Replaces the engine's handling of ID tokens: they are issued with the tenant's clock and accepted
 * as `id_token_hint` while their key is published.
 *
 * @param {Provider} provider
 * @param {{
 *   keys: import('./signing-keys.js').SigningKeys,
 *   clock: import('./tenant-clock.js').TenantClock,
 *   moreClaims: import('../engine/id-token-claims.js').IdTokenClaims,
 * }} parts
 */
export const controlIdTokens = (provider, { keys, clock, moreClaims }) => {
  const { issue } = provider.IdToken.prototype

  Object.assign(provider.IdToken.prototype, {
    /**
     * @this {IdToken}
     * @param {Parameters<typeof issue>[0]} context
     */
    async issue(context) {
      const { ctx } = /** @type {{ ctx?: import('oidc-provider').KoaContextWithOIDC }} */ (this)
      for (const [name, value] of Object.entries(ctx ? moreClaims(ctx) : {})) this.set(name, value)
      const token = await issue.call(this, context)
      return clock.isOff()
        ? keys.sign(decodeProtectedHeader(token), clock.shift(decodeJwt(token)))
        : token
    },
  })

  Object.assign(provider.IdToken, {
    /**
     * A hint may have expired (OpenID Connect Core 3.1.2.2).
     *
     * @param {string} token
     * @param {{ clientId: string }} client
     */
    async validate(token, { clientId }) {
      const { protectedHeader: header } = await compactVerify(token, keys.localKeySet())
      const payload = decodeJwt(token)
      if (payload.iss !== provider.issuer || ![payload.aud].flat().includes(clientId)) {
        throw new Error('The ID token was issued to another client.')
      }
      return { header, payload }
    },
  })
}
