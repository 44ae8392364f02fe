import { ApiError } from './api-error.js'

const MOST_BYTES = 100_000

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<unknown>} the JSON value in its body
 * @throws {ApiError}
 */
export const readJson = async request => {
  /** @type {Buffer[]} */
  const chunks = []
  let size = 0
  try {
    // Read to its end, because to stop earlier would close the connection without an answer.
    for await (const chunk of request) {
      size += chunk.length
      if (size <= MOST_BYTES) chunks.push(chunk)
    }
  } catch (cause) {
    throw new ApiError(400, 'invalid_request', 'The request body is incomplete', { cause })
  }
  if (size > MOST_BYTES) throw new ApiError(413, 'too_large', 'The request body is too large')
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch (cause) {
    throw new ApiError(400, 'invalid_request', 'The request body is not JSON', { cause })
  }
}
