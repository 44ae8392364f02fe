import { promisifyRequest, type UseStore } from 'idb-keyval'
import { within } from '../../deadline.ts'
import { GenericError } from '../../errors/core.ts'

/** The database and the stores of auth0-spa-js, so that an upgraded application keeps its keys. */
const NAME = 'auth0-spa-js'
const STORES = ['keypair', 'nonce'] as const

/** Some browsers never answer, and another page can delay a database that it deletes. */
const MAX_WAIT_MS = 3_000

/** The stores of DPoP in IndexedDB; their functions are those that `idb-keyval` takes. */
export interface KeyDatabase {
  keypair: UseStore
  nonce: UseStore
}

const late = (): never => {
  throw new Error('IndexedDB does not answer.')
}

/** Opens the database in the version that it has: that of a newer release works as well. */
const open = async (onClose: (database: IDBDatabase) => void): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME)
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store)
  }
  const database = await promisifyRequest(request)
  database.onclose = () => onClose(database)
  // Another page wants to delete or upgrade the database, and an open connection would block it.
  database.onversionchange = () => {
    database.close()
    onClose(database)
  }
  return database
}

/**
 * The database with the keys and nonces of DPoP. It is opened at the first use. If the browser has
 * closed the connection, or does not answer, the work is repeated once with a new connection.
 *
 * @param closed closes the connection
 * @throws GenericError `dpop_unavailable` from each use that fails twice
 */
export const createKeyDatabase = (closed: AbortSignal): KeyDatabase => {
  let opening: Promise<IDBDatabase> | undefined

  const connect = (): Promise<IDBDatabase> => {
    if (closed.aborted) throw closed.reason
    const mine = open(() => drop(mine))
    opening = mine
    return mine
  }
  const drop = (connection: Promise<IDBDatabase> | undefined): void => {
    if (opening === connection) opening = undefined
    connection?.then(
      database => database.close(),
      () => {},
    )
  }
  closed.addEventListener('abort', () => drop(opening))

  const useStore =
    (name: (typeof STORES)[number]): UseStore =>
    async (mode, callback) => {
      const attempt = async () =>
        callback((await (opening ?? connect())).transaction(name, mode).objectStore(name))
      const first = await within(MAX_WAIT_MS, attempt(), late).then(
        value => ({ value }),
        () => undefined,
      )
      if (first) return first.value
      drop(opening)
      try {
        return await within(MAX_WAIT_MS, attempt(), late)
      } catch (cause) {
        if (closed.aborted) throw closed.reason
        drop(opening)
        throw new GenericError(
          'dpop_unavailable',
          `DPoP keeps its key in IndexedDB: ${cause}. Free space, allow site data, close other tabs.`,
          { cause },
        )
      }
    }
  return { keypair: useStore('keypair'), nonce: useStore('nonce') }
}
