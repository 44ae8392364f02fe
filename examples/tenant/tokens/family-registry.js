import { activeTokensOf, tokenOf } from './family.js'
import { handleOf } from './token-handles.js'

/** @typedef {import('./family.js').FamilyRecord} FamilyRecord */
/** @typedef {import('./family.js').TokenRecord} TokenRecord */
/** @typedef {{ living: FamilyRecord[], finished: FamilyRecord[] }} RegistryDump */

const FINISHED_FAMILIES_KEPT = 200

/** All active families, indexed, and the most recently ended ones. */
export const createFamilyRegistry = () => {
  /** @type {Map<string, FamilyRecord>} */
  const byName = new Map()
  /** @type {Map<string, FamilyRecord>} */
  const byGrant = new Map()
  /** @type {Map<string, FamilyRecord>} */
  const byHandle = new Map()
  /** @type {FamilyRecord[]} */
  let finished = []

  /** @param {FamilyRecord} family */
  const add = family => {
    byName.set(family.name, family)
    byGrant.set(family.grantId, family)
    for (const handle of family.handles) byHandle.set(handle, family)
  }

  return {
    add,

    /**
     * After a family has changed its handles.
     *
     * @param {FamilyRecord} family
     * @param {readonly string[]} former
     */
    reindex: (family, former) => {
      for (const handle of former) byHandle.delete(handle)
      add(family)
    },

    /** @param {FamilyRecord} family */
    finish: family => {
      byName.delete(family.name)
      byGrant.delete(family.grantId)
      for (const handle of family.handles) byHandle.delete(handle)
      family.handles = []
      delete family.payload
      finished = [...finished, family].slice(-FINISHED_FAMILIES_KEPT)
    },

    /**
     * Returns the active family of a token and the token's record. The record is absent if it was
     * dropped.
     *
     * @param {string} token
     * @returns {{ family: FamilyRecord, record?: TokenRecord | undefined } | undefined}
     */
    find: token => {
      const handle = handleOf(token)
      const family = byHandle.get(handle)
      if (!family) return undefined
      const record = tokenOf(family, token)
      // Tokens from before a migration were all revoked: without a record they are unknown.
      const isForgotten = family.forgotten > 0 && family.rotating && handle === family.handles[0]
      return record || isForgotten ? { family, record } : undefined
    },

    /** @param {string} name */
    named: name => byName.get(name),

    /** @param {string} grantId */
    ofGrant: grantId => byGrant.get(grantId),

    /** @returns {FamilyRecord[]} */
    active: () => [...byName.values()],

    /** @returns {FamilyRecord[]} */
    finished: () => [...finished],

    /**
     * The active tokens of one user and application.
     *
     * @param {Pick<FamilyRecord, 'client_id' | 'sub'>} owner
     */
    activeTokensOf: ({ client_id, sub }) =>
      [...byName.values()]
        .filter(family => family.client_id === client_id && family.sub === sub)
        .flatMap(family => activeTokensOf(family).map(token => ({ family, token }))),

    /** @returns {RegistryDump} `living` holds the active families */
    dump: () => structuredClone({ living: [...byName.values()], finished }),

    /** @param {RegistryDump} dumped */
    load: dumped => {
      byName.clear()
      byGrant.clear()
      byHandle.clear()
      const copy = structuredClone(dumped)
      copy.living.forEach(add)
      finished = copy.finished
    },
  }
}

/** @typedef {ReturnType<typeof createFamilyRegistry>} FamilyRegistry */
