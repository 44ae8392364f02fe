import { randomBytes } from 'node:crypto'
import { fromStoredKey } from '../keys/stored-key.js'
import { createStateError, readStateFile, writeStateFile } from './state-file.js'
import { createStateWriter } from './state-writer.js'

/** @typedef {import('./state-file.js').TenantState} TenantState */

/**
 * @typedef {object} PersistentParts
 * @property {import('../keys/signing-keys.js').SigningKeys} keys
 * @property {import('../tokens/ledger.js').Ledger} ledger
 * @property {import('../engine/memory-storage.js').MemoryStorage} storage
 * @property {import('../start-tenant.js').Tenant['log']} log
 * @property {import('../tokens/event-log.js').RecordEvent} record
 */

const createCookieKey = () => randomBytes(32).toString('hex')

/**
 * @template Result
 * @param {string} path
 * @param {() => Result} restore throws if the content of the file is not valid
 * @returns {Result}
 */
const orStateError = (path, restore) => {
  try {
    return restore()
  } catch (error) {
    throw createStateError(path, 'is damaged', error)
  }
}

/** A tenant without a state file. */
const createWithoutFile = () => ({
  signingKeys: /** @type {import('../keys/signing-key.js').SigningKey[]} */ ([]),
  cookieKey: createCookieKey(),
  attach: () => {},
  flush: async () => {},
})

/**
 * Stores the state of a tenant in a file across restarts. Without a path nothing is stored.
 *
 * @param {string | undefined} path
 */
export const openPersistence = async path => {
  if (path === undefined) return createWithoutFile()

  const found = await readStateFile(path)
  const cookieKey = found?.cookieKey ?? createCookieKey()
  /** @type {ReturnType<typeof createStateWriter> | undefined} */
  let writer

  return {
    signingKeys: orStateError(path, () => (found ? found.signingKeys.map(fromStoredKey) : [])),
    cookieKey,

    /**
     * Restores the stored state and saves all later changes. Every change is caused by a request or
     * reported by the ledger.
     *
     * @param {PersistentParts} parts
     */
    attach: ({ keys, ledger, storage, log, record }) => {
      orStateError(path, () => {
        if (!found) return
        ledger.load(found.ledger)
        storage.load(found.storage)
      })
      writer = createStateWriter({
        save: () =>
          writeStateFile(path, {
            signingKeys: keys.dump(),
            cookieKey,
            ledger: ledger.dump(),
            storage: storage.dump(),
          }),
        onError: error =>
          record({ type: 'server_error', message: `The state was not saved: ${error.message}` }),
      })
      ledger.subscribe(writer.touch)
      log.subscribe(writer.touch)
    },

    /** Writes pending changes. */
    flush: async () => writer?.flush(),
  }
}

/** @typedef {Awaited<ReturnType<typeof openPersistence>>} Persistence */
