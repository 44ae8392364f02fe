import { createExpiringStore } from './expiring-store.js'

/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */

/**
 * What a database would hand back: a copy. Two requests that load the same session must not see
 * each other's half-made changes.
 *
 * @param {AdapterPayload} payload
 * @returns {AdapterPayload}
 */
const copyOf = payload => JSON.parse(JSON.stringify(payload))

/** @returns {Adapter} */
const createModelStore = () => {
  /** @type {import('./expiring-store.js').ExpiringStore<AdapterPayload>} */
  const payloads = createExpiringStore()
  /** @type {import('./expiring-store.js').ExpiringStore<string>} */
  const idsByUid = createExpiringStore()
  /** @type {import('./expiring-store.js').ExpiringStore<Set<string>>} */
  const idsByGrant = createExpiringStore()

  /** @param {string | undefined} id */
  const find = id => {
    const payload = id === undefined ? undefined : payloads.get(id)
    return payload && copyOf(payload)
  }

  return {
    async upsert(id, payload, expiresInSeconds) {
      const expiresAtMs = expiresInSeconds ? Date.now() + expiresInSeconds * 1000 : Infinity
      payloads.set(id, copyOf(payload), expiresAtMs)
      if (payload.uid) idsByUid.set(payload.uid, id, expiresAtMs)
      if (payload.grantId) {
        const ids = idsByGrant.get(payload.grantId) ?? new Set()
        idsByGrant.set(payload.grantId, ids.add(id), expiresAtMs)
      }
    },
    async find(id) {
      return find(id)
    },
    async findByUid(uid) {
      return find(idsByUid.get(uid))
    },
    async findByUserCode() {
      return undefined
    },
    async consume(id) {
      const payload = payloads.get(id)
      // The engine asks to consume what it has just found, so a missing one has been revoked.
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      payloads.delete(id)
    },
    async revokeByGrantId(grantId) {
      for (const id of idsByGrant.get(grantId) ?? []) payloads.delete(id)
      idsByGrant.delete(grantId)
    },
  }
}

/**
 * Storage for the engine: everything in memory, one store per model. Clients are looked up where
 * the tenant keeps them, so that they may change while it runs.
 *
 * Refresh tokens are never marked as consumed here. Whether a refresh token is spent is decided by
 * `rotation.js`, in one step that nothing can come between.
 *
 * @param {(clientId: string) => AdapterPayload | undefined} findClient
 * @returns {import('oidc-provider').AdapterFactory}
 */
export const createMemoryAdapter = findClient => model => {
  const store = createModelStore()
  if (model === 'Client') return { ...store, find: async id => findClient(id) }
  if (model === 'RefreshToken') return { ...store, consume: async () => undefined }
  return store
}
