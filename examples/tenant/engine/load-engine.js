/**
 * @typedef {object} EngineInternals
 * The part of the engine's internal state that the tenant replaces.
 * @property {{
 *   nextChallenge: () => string,
 *   checkChallenge: (nonce: string) => boolean,
 * }} [DPoPNonces]
 */

/**
 * @typedef {object} EngineAccess
 * What the tenant needs of the engine beside its public API.
 * @property {(provider: import('oidc-provider').Provider) => EngineInternals | undefined} internalsOf
 * @property {(
 *   provider: import('oidc-provider').Provider,
 *   ctx: import('oidc-provider').KoaContextWithOIDC,
 * ) => Promise<{ thumbprint: string, jti: string, iat: number } | undefined>} verifyProof verifies the DPoP proof of
 *   a request once, however often it is called; `undefined` without a proof
 */

/** @type {Promise<typeof import('oidc-provider')> | undefined} */
let engine

/** Not part of the engine's public API, so they have no types. */
const INTERNALS = 'oidc-provider/lib/helpers/weak_cache.js'
const PROOFS = 'oidc-provider/lib/helpers/validate_dpop.js'

const importQuietly = async () => {
  const { warn } = console
  console.warn = (/** @type {unknown[]} */ ...parts) => {
    if (!String(parts[0]).includes('Unsupported runtime')) warn(...parts)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

/**
 * Loads the OpenID provider engine without its notice about Node 20, on which all that the tenant
 * uses works (its tests run there). Every other warning still reaches the console.
 *
 * The console is one per process, so the import is done once and shared: the only state this
 * module keeps.
 */
export const loadEngine = () => {
  engine ??= importQuietly()
  return engine
}

/** @returns {Promise<EngineAccess>} */
export const loadEngineAccess = async () => {
  await loadEngine()
  const [internals, proofs] = await Promise.all([
    import(/** @type {string} */ (INTERNALS)),
    import(/** @type {string} */ (PROOFS)),
  ])
  return { internalsOf: internals.get, verifyProof: proofs.default }
}
