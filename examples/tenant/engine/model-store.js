import { createExpiringStore } from './expiring-store.js'

/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */
/** @typedef {import('./expiring-store.js').ExpiringEntry<AdapterPayload>[]} ModelDump */

/**
 * Returns a copy, as a database would: two requests that load the same session must not share
 * unfinished changes.
 *
 * @template {Record<string, unknown>} Payload
 * @param {Payload} payload
 * @returns {Payload}
 */
export const copyOf = payload => JSON.parse(JSON.stringify(payload))

/**
 * The engine names a lifetime for everything it stores; its types allow for none.
 *
 * @param {number | undefined} expiresInSeconds
 */
export const expiryOf = expiresInSeconds =>
  expiresInSeconds === undefined ? Number.MAX_SAFE_INTEGER : Date.now() + expiresInSeconds * 1000

/**
 * Storage of one of the engine's models. Whatever is not asked for by its id is looked for one by
 * one: that is rare, and an index would have to be kept from growing.
 */
export const createModelStore = () => {
  /** @type {import('./expiring-store.js').ExpiringStore<AdapterPayload>} */
  const payloads = createExpiringStore()

  /** @param {(payload: AdapterPayload) => boolean} matches */
  const findWhere = matches => {
    for (const [, payload] of payloads.entries()) if (matches(payload)) return copyOf(payload)
    return undefined
  }

  return {
    /** @type {Adapter['upsert']} */
    async upsert(id, payload, expiresInSeconds) {
      payloads.set(id, copyOf(payload), expiryOf(expiresInSeconds))
    },
    /** @param {string} id */
    async find(id) {
      const payload = payloads.get(id)
      return payload && copyOf(payload)
    },
    /** @param {string} uid */
    async findByUid(uid) {
      return findWhere(payload => payload.uid === uid)
    },
    /** @param {string} userCode */
    async findByUserCode(userCode) {
      return findWhere(payload => payload.userCode === userCode)
    },
    /** @param {string} id */
    async consume(id) {
      const payload = payloads.get(id)
      // The engine asks to consume what it has just found, so a missing one has been revoked.
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    /** @param {string} id */
    async destroy(id) {
      payloads.delete(id)
    },
    /** @param {string} grantId */
    async revokeByGrantId(grantId) {
      for (const [id, payload] of payloads.entries()) {
        if (payload.grantId === grantId) payloads.delete(id)
      }
    },
    /** @returns {ModelDump} */
    dump: () => structuredClone(payloads.dump()),
    /** @param {ModelDump} entries */
    load: entries => {
      for (const [id, payload, expiresAtMs] of entries) {
        payloads.set(id, copyOf(payload), expiresAtMs)
      }
    },
  }
}
