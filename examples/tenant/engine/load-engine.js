/**
 * @typedef {object} EngineInternals
 * The part of the engine's internal state that the tenant replaces.
 * @property {{
 *   nextChallenge: () => string,
 *   checkChallenge: (nonce: string) => boolean,
 * }} [DPoPNonces]
 */

/** @typedef {(provider: import('oidc-provider').Provider) => EngineInternals | undefined} InternalsOf */

/** @type {Promise<typeof import('oidc-provider')> | undefined} */
let engine

/** Not part of the engine's public API, so it has no type. */
const INTERNALS = 'oidc-provider/lib/helpers/weak_cache.js'

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

/** @returns {Promise<InternalsOf>} */
export const loadEngineInternals = async () => {
  await loadEngine()
  const { get } = await import(/** @type {string} */ (INTERNALS))
  return get
}
