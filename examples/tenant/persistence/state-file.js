import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'

const FORMAT = 'latchkey-tenant'
const VERSION = 1

/** Session cookies and signing keys are secrets. */
const OWNER_ONLY = 0o600

/**
 * @typedef {object} TenantState
 * The state that a tenant needs after a restart.
 * @property {import('../keys/stored-key.js').StoredKey[]} signingKeys the signing key first
 * @property {string} cookieKey
 * @property {import('../tokens/ledger.js').LedgerDump} ledger
 * @property {import('../engine/memory-storage.js').StorageDump} storage
 */

/** @param {unknown} error */
const isMissing = error => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/**
 * An unusable state file is not overwritten: it may be the only copy.
 *
 * @param {string} path
 * @param {string} problem
 * @param {unknown} [cause]
 */
export const createStateError = (path, problem, cause) =>
  new TypeError(
    `${path} ${problem}. The file was not changed: use another file, or delete this one to start again.`,
    { cause },
  )

/**
 * @param {string} path
 * @returns {Promise<TenantState | undefined>} `undefined` if the file does not exist yet
 */
export const readStateFile = async path => {
  /** @type {string} */
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw createStateError(path, 'cannot be read', error)
  }
  /** @type {{ format?: unknown, version?: unknown, state?: TenantState } | null} */
  let file
  try {
    file = JSON.parse(text)
  } catch (error) {
    throw createStateError(
      path,
      'is damaged or not a state file of a tenant: it is not JSON',
      error,
    )
  }
  if (file?.format !== FORMAT || !file.state)
    throw createStateError(path, 'is not a state file of a tenant')
  if (file.version !== VERSION)
    throw createStateError(path, 'was written by another version of the tenant')
  return file.state
}

/**
 * Writes the file atomically: a temporary file in the same folder replaces the old one. Its name cannot
 * be guessed and it must not exist, so that the secrets are not written through a link of another user.
 *
 * @param {string} path
 * @param {TenantState} state
 */
export const writeStateFile = async (path, state) => {
  const temporary = `${path}.${randomUUID()}.tmp`
  const file = await open(temporary, 'wx', OWNER_ONLY)
  try {
    try {
      await file.writeFile(JSON.stringify({ format: FORMAT, version: VERSION, state }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
