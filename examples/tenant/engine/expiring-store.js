/**
 * A map whose entries expire. There is no timer: expired entries are removed while others are
 * written, so memory use is bounded by the live entries.
 *
 * @template Value
 * @typedef {object} ExpiringStore
 * @property {(key: string) => Value | undefined} get
 * @property {(key: string, value: Value, expiresAtMs: number) => void} set
 * @property {(key: string, expiresAtMs: number) => void} prolong never shortens
 * @property {(key: string) => void} delete
 * @property {() => Iterable<[string, Value]>} entries
 * @property {() => ExpiringEntry<Value>[]} dump all entries, to be restored with `set`
 */

/**
 * @template Value
 * @typedef {[key: string, value: Value, expiresAtMs: number]} ExpiringEntry
 */

const WRITES_BETWEEN_SWEEPS = 256

const never = () => false

/**
 * @template Value
 * @param {(key: string) => boolean} [isHeld] whether an entry is kept after its expiry
 * @returns {ExpiringStore<Value>}
 */
export const createExpiringStore = (isHeld = never) => {
  /** @type {Map<string, { value: Value, expiresAtMs: number }>} */
  const kept = new Map()
  let writes = 0

  /**
   * @param {string} key
   * @param {number} expiresAtMs
   */
  const isAlive = (key, expiresAtMs) => expiresAtMs > Date.now() || isHeld(key)

  const sweep = () => {
    for (const [key, { expiresAtMs }] of kept) if (!isAlive(key, expiresAtMs)) kept.delete(key)
  }

  return {
    get(key) {
      const found = kept.get(key)
      if (!found) return undefined
      if (isAlive(key, found.expiresAtMs)) return found.value
      kept.delete(key)
      return undefined
    },
    set(key, value, expiresAtMs) {
      kept.set(key, { value, expiresAtMs })
      writes += 1
      if (writes % WRITES_BETWEEN_SWEEPS === 0) sweep()
    },
    prolong(key, expiresAtMs) {
      const found = kept.get(key)
      if (found) found.expiresAtMs = Math.max(found.expiresAtMs, expiresAtMs)
    },
    delete(key) {
      kept.delete(key)
    },
    *entries() {
      for (const [key, { value, expiresAtMs }] of kept) {
        if (isAlive(key, expiresAtMs)) yield [key, value]
      }
    },
    dump() {
      sweep()
      return [...kept].map(([key, { value, expiresAtMs }]) => [key, value, expiresAtMs])
    },
  }
}
