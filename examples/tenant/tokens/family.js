import { randomBytes } from 'node:crypto'
import { hashToken } from '../http/token-hash.js'
import { createHandle, createToken } from './token-handles.js'

/** @typedef {import('./snapshots.js').EndReason} EndReason */

/**
 * @typedef {import('./snapshots.js').TokenSnapshot & { order: number, handle: string }} TokenRecord
 * `order` counts all tokens ever issued; `handle` is what the token begins with.
 */

/**
 * @typedef {object} Login
 * Where a family comes from.
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
 * All refresh tokens that descend from one login, as plain JSON. Never holds a token.
 *
 * `handles` are what those of its tokens begin with that matter, the latest first; a migration
 * begins a new one.
 * `rotating` is the kind of its active tokens: a migration ends all of the other kind.
 * `forgotten` counts the tokens whose records were dropped.
 * `payload` is what the engine stores with every token of the family.
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
 * Adds a token that works from now on.
 *
 * @param {FamilyRecord} family
 * @param {Pick<TokenRecord, 'parent' | 'generation' | 'order' | 'withinLeeway'>} details
 * @returns {string} the token itself, which is not kept
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
  // What was spent stays known by the moment of its first exchange: the leeway counts from it.
  token.endedAtMs ??= Date.now()
  token.status = status
  token.reason = reason
}

/**
 * From now on the family's tokens are of the other kind: the presented one gives way to its
 * successor, all others are revoked.
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
  // The presented one may still have its leeway, and must be found; all before are just unknown.
  family.handles = [createHandle(), presented.handle]
}

/**
 * Forgets the oldest ended tokens of a long family. Those right before the newest stay, since they
 * may have leeway.
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
