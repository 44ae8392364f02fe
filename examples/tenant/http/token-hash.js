import { createHash } from 'node:crypto'

const LENGTH = 12

/**
 * A short name for a token, for logs: the same token has the same name, and nobody can get from the
 * name to the token.
 *
 * @param {string} token
 */
export const hashToken = token =>
  createHash('sha256').update(token).digest('base64url').slice(0, LENGTH)
