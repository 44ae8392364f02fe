/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */
/** @typedef {import('oidc-provider').Provider} Provider */
/** @typedef {import('./rotation.js').Rotation} Rotation */

/**
 * The engine's question during the refresh grant: rotate this token? It asks after everything else
 * about the request has been checked, and without a pause before the answer counts.
 *
 * @param {{ rotation: Rotation, InvalidGrant: new (detail: string) => Error }} parts
 */
export const createRotateRefreshToken =
  ({ rotation, InvalidGrant }) =>
  /** @param {Context} ctx */
  async ({ oidc: { entities, provider } }) => {
    const token = entities.RefreshToken
    if (!token) return false
    const verdict = rotation.judge(token)
    if (verdict === 'rotate' || verdict === 'keep') return verdict === 'rotate'
    if (token.grantId) await provider.RefreshToken.revokeByGrantId(token.grantId)
    throw new InvalidGrant(`refresh token ${verdict}`)
  }

/**
 * Tells the rotation policy which families begin and end.
 *
 * @param {Provider} provider
 * @param {Rotation} rotation
 */
export const followRefreshTokens = (provider, rotation) => {
  provider.on('refresh_token.saved', token => {
    // Only the token of a login starts a family. A successor that is saved after its family was
    // revoked, by a request that overlapped, must not bring the family back.
    if (!token.grantId || token.rotations) return
    rotation.start({
      grantId: token.grantId,
      client_id: token.clientId ?? '',
      sub: token.accountId,
      expiresAtMs: (token.exp ?? Infinity) * 1000,
    })
  })
  provider.on('grant.revoked', (_ctx, grantId) => rotation.revoke(grantId))
}
