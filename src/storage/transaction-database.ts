import { createStore, get, set, type UseStore } from 'idb-keyval'

interface Dated {
  createdAt: number
}

const KEY = 'transactions'

/** Records by name in IndexedDB, where localStorage is full or missing. Without it all reject. */
export const transactionDatabase = () => {
  let opened: UseStore | undefined
  const store = (): UseStore => {
    opened ??= createStore('latchkey', 'generations')
    return opened
  }
  const read = async (): Promise<Record<string, Dated>> => (await get(KEY, store())) ?? {}
  const without = async (isOld: (name: string, record: Dated) => boolean) => {
    const records = Object.entries(await read())
    return Object.fromEntries(records.filter(each => !isOld(...each)))
  }
  return {
    get: async (name: string): Promise<unknown> => (await read())[name],
    /** Records that are older than this lifetime are removed. */
    set: async (name: string, record: Dated, lifetimeMs: number): Promise<void> => {
      const left = await without((_, { createdAt }) => Date.now() - createdAt > lifetimeMs)
      await set(KEY, { ...left, [name]: record }, store())
    },
    remove: async (name: string): Promise<void> =>
      set(KEY, await without(other => other === name), store()),
  }
}
