import { createHash } from 'node:crypto'

const LENGTH = 12

/**
 * A short hash of a token, for logs.
 *
 * @param {string} token
 */
export const hashToken = token =>
  createHash('sha256').update(token).digest('base64url').slice(0, LENGTH)
