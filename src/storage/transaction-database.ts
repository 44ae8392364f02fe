import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval'

interface Dated {
  createdAt: number
}

/** Records by name in IndexedDB, where localStorage is full or missing. All rejects without it. */
export const transactionDatabase = () => {
  let opened: UseStore | undefined
  const store = (): UseStore => {
    opened ??= createStore('latchkey-transactions', 'transactions')
    return opened
  }
  return {
    get: async (name: string): Promise<unknown> => get(name, store()),
    /** Records that are older than this lifetime are removed. */
    set: async (name: string, record: Dated, lifetimeMs: number): Promise<void> => {
      for (const [other, { createdAt }] of await entries<string, Dated>(store())) {
        if (Date.now() - createdAt > lifetimeMs) await del(other, store())
      }
      await set(name, record, store())
    },
    remove: async (name: string): Promise<void> => del(name, store()),
  }
}
