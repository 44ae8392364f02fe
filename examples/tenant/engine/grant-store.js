import { createExpiringStore } from './expiring-store.js'
import { copyOf, expiryOf } from './model-store.js'

/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */
/** @typedef {import('./expiring-store.js').ExpiringEntry<AdapterPayload>[]} GrantDump */

/** The engine requires an expiry; this store decides when a grant ends. */
export const FAR_FUTURE_SECONDS = 253_402_300_799

/**
 * Storage of grants. A grant has no separate lifetime: it is kept as long as a code, an access
 * token or a refresh token refers to it.
 *
 * @param {(grantId: string) => boolean} isHeld whether refresh tokens refer to the grant
 */
export const createGrantStore = isHeld => {
  /** @type {import('./expiring-store.js').ExpiringStore<AdapterPayload>} */
  const payloads = createExpiringStore(isHeld)

  return {
    /** @type {import('oidc-provider').Adapter['upsert']} */
    async upsert(id, payload, expiresInSeconds) {
      const known = payloads.get(id)
      // Saved again, it keeps its end: the one the engine then names is the far future.
      if (known) Object.assign(known, copyOf(payload))
      else payloads.set(id, copyOf(payload), expiryOf(expiresInSeconds))
    },
    /** @param {string} id */
    async find(id) {
      const payload = payloads.get(id)
      return payload && { ...copyOf(payload), exp: FAR_FUTURE_SECONDS }
    },
    /** @param {string} id */
    async destroy(id) {
      payloads.delete(id)
    },

    /**
     * Something that hangs on a grant has been stored.
     *
     * @param {string} id
     * @param {number} expiresAtMs
     */
    prolong: (id, expiresAtMs) => payloads.prolong(id, expiresAtMs),

    /**
     * Lets a grant carry more than the engine knows of.
     *
     * @param {string} id
     * @param {Record<string, unknown>} note
     */
    annotate: (id, note) => {
      const payload = payloads.get(id)
      if (payload) payload.note = copyOf(note)
    },

    /**
     * @param {string} id
     * @returns {Record<string, unknown> | undefined}
     */
    noteOf: id => /** @type {Record<string, unknown> | undefined} */ (payloads.get(id)?.note),

    /** @returns {GrantDump} */
    dump: () => structuredClone(payloads.dump()),
    /** @param {GrantDump} entries */
    load: entries => {
      for (const [id, payload, expiresAtMs] of entries) {
        payloads.set(id, copyOf(payload), expiresAtMs)
      }
    },
  }
}

/** @typedef {ReturnType<typeof createGrantStore>} GrantStore */
