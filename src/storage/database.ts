import { createStore, type UseStore } from 'idb-keyval'
import { within } from '../deadline.ts'

/** Some versions of Safari never answer when a database is opened. */
const MAX_WAIT_MS = 1_000

const late = (): never => {
  throw new Error('IndexedDB does not answer.')
}

let opened: { factory: IDBFactory; store: UseStore } | undefined

/**
 * Uses the database of the SDK. All clients of a page share one connection.
 *
 * @throws Error if IndexedDB is missing or denied, or does not answer in time
 */
export const withDatabase = async <T>(use: (store: UseStore) => Promise<T>): Promise<T> => {
  if (opened?.factory !== indexedDB) {
    opened = { factory: indexedDB, store: createStore('latchkey', 'generations') }
  }
  return within(MAX_WAIT_MS, use(opened.store), late)
}
