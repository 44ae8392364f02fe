import { createStore, del, entries, get, set } from 'idb-keyval'

/** Records by name in IndexedDB, where localStorage is full or missing. */
export const transactionDatabase = () => {
  const store = createStore('latchkey-transactions', 'transactions')
  return {
    get: (name: string): Promise<unknown> => get(name, store),
    /** Records that are older than this lifetime are removed. */
    set: async (name: string, record: { createdAt: number }, lifetimeMs: number): Promise<void> => {
      for (const [other, { createdAt }] of await entries<string, { createdAt: number }>(store)) {
        if (Date.now() - createdAt > lifetimeMs) await del(other, store)
      }
      await set(name, record, store)
    },
    remove: (name: string): Promise<void> => del(name, store),
  }
}
