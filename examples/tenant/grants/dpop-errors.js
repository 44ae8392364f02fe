import { createHash } from 'node:crypto'

/** @typedef {import('./grant-provider.js').GrantContext} GrantContext */
/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */

/** How far the time of a proof may be off, in seconds: the engine's limit for proofs without a nonce. */
const WINDOW_SECONDS = 300

const REPLAYED = 'The DPoP proof was used before.'

/**
 * The engine answers these with `invalid_grant`, which tells a client that its code or refresh token
 * is unusable. Only the proof is (RFC 9449 section 5).
 *
 * @type {Record<string, { missing: string, given: string }>}
 */
const DESCRIPTIONS = {
  'failed jkt verification': {
    missing: 'The refresh token is bound to a key: a DPoP proof is required.',
    given: 'The refresh token is bound to another key than that of the DPoP proof.',
  },
  'missing DPoP proof JWT': {
    missing: 'The code is bound to a key: a DPoP proof is required.',
    given: 'The code is bound to a key: a DPoP proof is required.',
  },
  'DPoP proof key thumbprint does not match dpop_jkt': {
    missing: 'The code is bound to another key than that of the DPoP proof.',
    given: 'The code is bound to another key than that of the DPoP proof.',
  },
  'DPoP proof JWT Replay detected': { missing: REPLAYED, given: REPLAYED },
}

/** @param {unknown} error */
const detailOf = error =>
  error instanceof Error && 'error_detail' in error ? String(error.error_detail) : ''

/**
 * Adds to the engine's checks of DPoP proofs at the token endpoint: a proof is verified before anything
 * is spent, a copy of one is rejected, the time of every proof is checked, and errors about the proof
 * have the code `invalid_dpop_proof`.
 *
 * @param {{
 *   refusal: import('../engine/refusal.js').Refusal,
 *   settings: Pick<import('../settings/resolve-options.js').TenantSettings, 'requireDpopNonce'>,
 *   verifyProof: import('../engine/load-engine.js').EngineAccess['verifyProof'],
 * }} parts
 */
export const createDpopErrors = ({ refusal, settings, verifyProof }) => {
  /** @param {string} description */
  const invalidProof = description => refusal(400, 'invalid_dpop_proof', description)

  /** @param {GrantContext} ctx */
  const check = async ctx => {
    const { client, provider } = ctx.oidc
    const proof = await verifyProof(provider, ctx)
    if (!proof) return
    // The engine does not check the time of a proof with a nonce, although the nonce may be old.
    const isOff = Math.abs(Date.now() / 1000 - proof.iat) > WINDOW_SECONDS
    if (isOff && !settings.requireDpopNonce) {
      throw invalidProof('The DPoP proof is too old, or from the future.')
    }
    const id = createHash('sha256').update(`${client.clientId}${proof.jti}`).digest('base64url')
    if (await provider.ReplayDetection.find(id)) throw invalidProof(REPLAYED)
  }

  /**
   * @param {GrantHandler} handler
   * @returns {GrantHandler}
   */
  return handler => async ctx => {
    const hasProof = ctx.get('DPoP') !== ''
    await check(ctx)
    try {
      await handler(ctx)
    } catch (error) {
      const texts = DESCRIPTIONS[detailOf(error)]
      throw texts ? invalidProof(hasProof ? texts.given : texts.missing) : error
    }
  }
}
