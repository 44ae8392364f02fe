import { randomBytes } from 'node:crypto'
import { fromStoredKey } from '../keys/stored-key.js'
import { readStateFile, refuseState, writeStateFile } from './state-file.js'
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
 * @param {() => Result} restore what fails where the file holds something else than it should
 * @returns {Result}
 */
const orRefuse = (path, restore) => {
  try {
    return restore()
  } catch (error) {
    throw refuseState(path, 'is damaged', error)
  }
}

/** A tenant that forgets everything. */
const createForgetting = () => ({
  signingKeys: /** @type {import('../keys/signing-key.js').SigningKey[]} */ ([]),
  cookieKey: createCookieKey(),
  attach: () => {},
  flush: async () => {},
})

/**
 * Keeps a tenant in a file, over restarts. Without a path there is nothing to keep it in.
 *
 * @param {string | undefined} path
 */
export const openPersistence = async path => {
  if (path === undefined) return createForgetting()

  const found = await readStateFile(path)
  const cookieKey = found?.cookieKey ?? createCookieKey()
  /** @type {ReturnType<typeof createStateWriter> | undefined} */
  let writer

  return {
    signingKeys: orRefuse(path, () => (found ? found.signingKeys.map(fromStoredKey) : [])),
    cookieKey,

    /**
     * Puts back what was kept, and keeps what is there from now on. All that changes, changes
     * through a request or is told by the ledger.
     *
     * @param {PersistentParts} parts
     */
    attach: ({ keys, ledger, storage, log, record }) => {
      orRefuse(path, () => {
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

    /** Writes what has not been written yet. */
    flush: async () => writer?.flush(),
  }
}

/** @typedef {Awaited<ReturnType<typeof openPersistence>>} Persistence */
