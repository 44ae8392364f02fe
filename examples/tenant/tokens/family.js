import { randomBytes } from 'node:crypto'
import { hashToken } from '../http/token-hash.js'
import { createHandle, createToken } from './token-handles.js'

/** @typedef {import('./snapshots.js').EndReason} EndReason */

/**
 * @typedef {import('./snapshots.js').TokenSnapshot & { order: number, handle: string }} TokenRecord
 * `order` is the number of the token among all issued tokens; `handle` is its prefix.
 */

/**
 * @typedef {object} Login
 * The login that a family starts with.
 * @property {string} grantId one per login
 * @property {string} client_id
 * @property {string} sub
 * @property {string} [audience]
 * @property {string} scope
 */

/**
 * @typedef {Login & {
 *   name: string,
 *   status: 'active' | 'revoked' | 'expired',
 *   reason?: EndReason,
 *   startedAtMs: number,
 *   lastUsedAtMs: number,
 *   handles: string[],
 *   newestGeneration: number,
 *   rotating: boolean,
 *   forgotten: number,
 *   tokens: TokenRecord[],
 *   payload?: Record<string, unknown>,
 * }} FamilyRecord
 * All refresh tokens of one login, as plain JSON. Never contains a token.
 *
 * `handles` are the prefixes of its tokens, the latest first; a migration adds a new one.
 * `rotating` is the kind of its active tokens: a migration revokes the other kind. `forgotten`
 * counts the tokens whose records were dropped. `payload` is what the engine stores with every
 * token of the family.
 */

const ENDED_TOKENS_KEPT = 50
const NAME_BYTES = 4

/**
 * @param {Login} login
 * @param {boolean} rotating
 * @returns {FamilyRecord}
 */
export const createFamily = (login, rotating) => {
  const now = Date.now()
  return {
    ...login,
    name: randomBytes(NAME_BYTES).toString('hex'),
    status: 'active',
    startedAtMs: now,
    lastUsedAtMs: now,
    handles: [createHandle()],
    newestGeneration: 0,
    rotating,
    forgotten: 0,
    tokens: [],
  }
}

/**
 * Adds an active token.
 *
 * @param {FamilyRecord} family
 * @param {Pick<TokenRecord, 'parent' | 'generation' | 'order' | 'withinLeeway'>} details
 * @returns {string} the token itself, which is not stored
 */
export const addToken = (family, details) => {
  const [handle = ''] = family.handles
  const token = createToken(handle)
  family.newestGeneration = details.generation
  family.tokens.push({
    id: hashToken(token),
    ...details,
    handle,
    rotating: family.rotating,
    status: 'active',
    uses: 0,
    issuedAtMs: Date.now(),
  })
  return token
}

/**
 * @param {FamilyRecord} family
 * @param {string} token
 */
export const tokenOf = ({ tokens }, token) => {
  const id = hashToken(token)
  return tokens.find(record => record.id === id)
}

/** @param {FamilyRecord} family */
export const activeTokensOf = ({ tokens }) => tokens.filter(({ status }) => status === 'active')

/**
 * @param {FamilyRecord} family
 * @param {TokenRecord} token
 */
export const noteUse = (family, token) => {
  const now = Date.now()
  token.uses += 1
  token.lastUsedAtMs = now
  family.lastUsedAtMs = now
}

/**
 * @param {TokenRecord} token
 * @param {'spent' | 'revoked' | 'expired'} status
 * @param {EndReason} reason
 */
export const endToken = (token, status, reason) => {
  // A spent token keeps the time of its first exchange, from which the leeway counts.
  token.endedAtMs ??= Date.now()
  token.status = status
  token.reason = reason
}

/**
 * Switches the family between rotating and non-rotating tokens: the presented token is spent, all
 * others are revoked.
 *
 * @param {FamilyRecord} family
 * @param {TokenRecord} presented
 */
export const changeKind = (family, presented) => {
  for (const token of family.tokens) {
    if (token === presented) endToken(token, 'spent', 'migration')
    else if (token.status === 'active' || token.status === 'spent') {
      endToken(token, 'revoked', 'migration')
    }
  }
  family.rotating = !family.rotating
  // The presented token may still have leeway and must be found; all earlier ones are unknown.
  family.handles = [createHandle(), presented.handle]
}

/**
 * Drops the records of the oldest ended tokens of a long family. The previous generation is kept,
 * because the leeway may apply to it.
 *
 * @param {FamilyRecord} family
 */
export const forgetOldTokens = family => {
  const { tokens, newestGeneration } = family
  const isEnded = (/** @type {TokenRecord} */ { status }) => status !== 'active'
  let tooMany = tokens.filter(isEnded).length - ENDED_TOKENS_KEPT
  if (tooMany <= 0) return
  family.tokens = tokens.filter(token => {
    if (tooMany <= 0 || !isEnded(token) || token.generation >= newestGeneration - 1) return true
    tooMany -= 1
    family.forgotten += 1
    return false
  })
}
