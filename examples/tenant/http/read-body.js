const MOST_BYTES = 64 * 1024

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string | undefined>} nothing when the body is too large
 */
export const readBody = async request => {
  /** @type {Buffer[]} */
  const chunks = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= MOST_BYTES) chunks.push(chunk)
  }
  return bytes <= MOST_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined
}
