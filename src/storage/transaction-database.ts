import { get, set } from 'idb-keyval'
import { withDatabase } from './database.ts'

interface Dated {
  createdAt: number
}

const KEY = 'transactions'

const read = (): Promise<Record<string, Dated>> =>
  withDatabase(async store => (await get(KEY, store)) ?? {})

const keep = async (
  isKept: (name: string, record: Dated) => boolean,
  added?: Record<string, Dated>,
): Promise<void> => {
  const kept = Object.entries(await read()).filter(each => isKept(...each))
  await withDatabase(store => set(KEY, { ...Object.fromEntries(kept), ...added }, store))
}

/**
 * Records by name in IndexedDB, where localStorage is full or missing. All reject if IndexedDB is
 * missing too, or does not answer in time.
 */
export const transactionDatabase = {
  get: async (name: string): Promise<unknown> => (await read())[name],
  /** Records that are older than this lifetime are removed. */
  set: (name: string, record: Dated, lifetimeMs: number): Promise<void> =>
    keep((_, { createdAt }) => Date.now() - createdAt <= lifetimeMs, { [name]: record }),
  remove: (name: string): Promise<void> => keep(other => other !== name),
}
