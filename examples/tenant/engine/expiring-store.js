/**
 * A map whose entries end by themselves. Nothing runs in the background: entries that have ended
 * are swept out while others are written, so memory follows what is still alive.
 *
 * @template Value
 * @typedef {object} ExpiringStore
 * @property {(key: string) => Value | undefined} get
 * @property {(key: string, value: Value, expiresAtMs: number) => void} set
 * @property {(key: string) => void} delete
 * @property {() => Iterable<[string, Value]>} entries
 */

const WRITES_BETWEEN_SWEEPS = 256

/**
 * @template Value
 * @returns {ExpiringStore<Value>}
 */
export const createExpiringStore = () => {
  /** @type {Map<string, { value: Value, expiresAtMs: number }>} */
  const kept = new Map()
  let writes = 0

  const sweep = () => {
    const now = Date.now()
    for (const [key, { expiresAtMs }] of kept) if (expiresAtMs <= now) kept.delete(key)
  }

  return {
    get(key) {
      const found = kept.get(key)
      if (!found) return undefined
      if (found.expiresAtMs > Date.now()) return found.value
      kept.delete(key)
      return undefined
    },
    set(key, value, expiresAtMs) {
      kept.set(key, { value, expiresAtMs })
      writes += 1
      if (writes % WRITES_BETWEEN_SWEEPS === 0) sweep()
    },
    delete(key) {
      kept.delete(key)
    },
    *entries() {
      const now = Date.now()
      for (const [key, { value, expiresAtMs }] of kept) if (expiresAtMs > now) yield [key, value]
    },
  }
}
