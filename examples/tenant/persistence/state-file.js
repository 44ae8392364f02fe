import { open, readFile, rename, rm } from 'node:fs/promises'

const FORMAT = 'latchkey-tenant'
const VERSION = 1

/** Session cookies and signing keys are secrets. */
const OWNER_ONLY = 0o600

/**
 * @typedef {object} TenantState
 * All a tenant has to know to go on after a restart.
 * @property {import('../keys/stored-key.js').StoredKey[]} signingKeys the one that signs is first
 * @property {string} cookieKey
 * @property {import('../tokens/ledger.js').LedgerDump} ledger
 * @property {import('../engine/memory-storage.js').StorageDump} storage
 */

/** @param {unknown} error */
const isMissing = error => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/**
 * A state that cannot be used is not overwritten: it may be all somebody has of it.
 *
 * @param {string} path
 * @param {string} what is the matter with it
 * @param {unknown} [cause]
 */
export const refuseState = (path, what, cause) =>
  new TypeError(
    `${path} ${what}. It is left as it is: name another file to persist to, or remove this one to start anew.`,
    { cause },
  )

/**
 * @param {string} path
 * @returns {Promise<TenantState | undefined>} nothing where there is no such file yet
 */
export const readStateFile = async path => {
  /** @type {string} */
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw refuseState(path, 'cannot be read', error)
  }
  /** @type {{ format?: unknown, version?: unknown, state?: TenantState } | null} */
  let file
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw refuseState(path, 'is damaged or no state of a tenant: it is not JSON', error)
  }
  if (file?.format !== FORMAT || !file.state) throw refuseState(path, 'is no state of a tenant')
  if (file.version !== VERSION)
    throw refuseState(path, 'was written by another version of the tenant')
  return file.state
}

/**
 * Whoever reads the file finds either the former state or this one, whole, whenever it is written:
 * it is written beside it and then takes its place.
 *
 * @param {string} path
 * @param {TenantState} state
 */
export const writeStateFile = async (path, state) => {
  const beside = `${path}.${process.pid}.tmp`
  try {
    const file = await open(beside, 'w', OWNER_ONLY)
    try {
      await file.writeFile(JSON.stringify({ format: FORMAT, version: VERSION, state }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
