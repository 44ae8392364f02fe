/**
 * Makes the engine use the tenant's nonces. It derives its own from a secret that is fixed at the
 * start, so they can be neither turned on and off nor invalidated while it runs.
 *
 * @param {import('oidc-provider').Provider} provider
 * @param {{
 *   internalsOf: import('./load-engine.js').EngineAccess['internalsOf'],
 *   settings: Pick<import('../settings/resolve-options.js').TenantSettings, 'requireDpopNonce'>,
 *   nonces: import('./dpop-nonces.js').DpopNonces,
 * }} parts
 */
export const installDpopNonces = (provider, { internalsOf, settings, nonces }) => {
  const internals = internalsOf(provider)
  if (!internals) throw new Error('This version of oidc-provider is not supported.')
  internals.DPoPNonces = {
    // The engine writes it into a header, which `dpop-headers.js` removes if it is empty.
    nextChallenge: () => (settings.requireDpopNonce ? nonces.current() : ''),
    // A client may send the nonce it has from the time when one was required.
    checkChallenge: nonce => !settings.requireDpopNonce || nonces.accepts(nonce),
  }
}
