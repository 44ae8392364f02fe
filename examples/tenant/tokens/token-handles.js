import { randomBytes } from 'node:crypto'

const HANDLE_BYTES = 16
const HANDLE_LENGTH = Math.ceil((HANDLE_BYTES * 4) / 3)
const SECRET_BYTES = 32

/** The prefix of the refresh tokens of one family. As hard to guess as a token. */
export const createHandle = () => randomBytes(HANDLE_BYTES).toString('base64url')

/**
 * The handle identifies the family of a token after its record was dropped.
 *
 * @param {string} handle
 */
export const createToken = handle => handle + randomBytes(SECRET_BYTES).toString('base64url')

/** @param {string} token */
export const handleOf = token => token.slice(0, HANDLE_LENGTH)
