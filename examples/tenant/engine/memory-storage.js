import { createGrantStore } from './grant-store.js'
import { createModelStore, expiryOf } from './model-store.js'
import { createRefreshTokenAdapter } from './refresh-token-adapter.js'

/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */

/** How long entries are kept after their expiry, so that the error can say that they have expired. */
const MARGIN_SECONDS = /** @type {Record<string, number>} */ ({ DeviceCode: 600 })

/**
 * @typedef {object} StorageDump
 * @property {import('./grant-store.js').GrantDump} grants
 * @property {Record<string, import('./model-store.js').ModelDump>} models by name
 */

/**
 * Storage for the engine: everything in memory, one store per model. Clients are looked up where
 * the tenant keeps them, so that they may change while it runs, and refresh tokens in the ledger.
 *
 * @param {{
 *   findClient: (clientId: string) => AdapterPayload | undefined,
 *   ledger: import('../tokens/ledger.js').Ledger,
 *   ignoresBinding: () => boolean,
 * }} parts `ignoresBinding`: whether the engine is not to know which key a code or a token is bound to
 */
export const createMemoryStorage = ({ findClient, ledger, ignoresBinding }) => {
  const grants = createGrantStore(ledger.holdsGrant)
  /** @type {Map<string, ReturnType<typeof createModelStore>>} */
  const stores = new Map()

  /** @param {string} model */
  const storeOf = model => {
    const store = stores.get(model) ?? createModelStore()
    stores.set(model, store)
    return store
  }

  /**
   * @param {string} model
   * @returns {Adapter}
   */
  const adapterOf = model => {
    const store = storeOf(model)
    const margin = MARGIN_SECONDS[model] ?? 0
    return {
      ...store,
      find: async id => {
        const payload = await store.find(id)
        if (payload && ignoresBinding()) delete payload.dpopJkt
        return payload
      },
      upsert: async (id, payload, expiresInSeconds) => {
        await store.upsert(id, payload, expiresInSeconds && expiresInSeconds + margin)
        if (payload.grantId) grants.prolong(payload.grantId, expiryOf(expiresInSeconds))
      },
    }
  }

  return {
    grants,

    /** @type {import('oidc-provider').AdapterFactory} */
    adapter: model => {
      if (model === 'RefreshToken') return createRefreshTokenAdapter(ledger, ignoresBinding)
      if (model === 'Grant') return { ...createModelStore(), ...grants }
      if (model === 'Client') return { ...createModelStore(), find: async id => findClient(id) }
      return adapterOf(model)
    },

    /** @returns {StorageDump} plain JSON; refresh tokens are in the ledger's */
    dump: () => ({
      grants: grants.dump(),
      models: Object.fromEntries([...stores].map(([model, store]) => [model, store.dump()])),
    }),

    /** @param {StorageDump} dumped */
    load: dumped => {
      grants.load(dumped.grants)
      for (const [model, entries] of Object.entries(dumped.models)) storeOf(model).load(entries)
    },
  }
}

/** @typedef {ReturnType<typeof createMemoryStorage>} MemoryStorage */
