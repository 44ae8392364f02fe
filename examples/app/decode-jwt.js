/** @param {string} part */
const decodePart = part => {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, character => character.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

/**
 * The readable parts of a JWT (RFC 7519 section 3). Nothing is verified: the API does that.
 *
 * @param {string} token
 * @returns {{ header: unknown, payload: Record<string, unknown> } | undefined} nothing for an opaque token
 */
export const decodeJwt = token => {
  const [header, payload, signature] = token.split('.')
  if (!header || !payload || signature === undefined) return undefined
  try {
    return { header: decodePart(header), payload: decodePart(payload) }
  } catch {
    return undefined
  }
}
