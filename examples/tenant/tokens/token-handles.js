import { randomBytes } from 'node:crypto'

const HANDLE_BYTES = 16
const HANDLE_LENGTH = Math.ceil((HANDLE_BYTES * 4) / 3)
const SECRET_BYTES = 32

/** What the refresh tokens of one family begin with. As hard to guess as a token itself. */
export const createHandle = () => randomBytes(HANDLE_BYTES).toString('base64url')

/**
 * The handle lets a token be recognised as one of its family long after its record was forgotten.
 *
 * @param {string} handle
 */
export const createToken = handle => handle + randomBytes(SECRET_BYTES).toString('base64url')

/** @param {string} token */
export const handleOf = token => token.slice(0, HANDLE_LENGTH)
