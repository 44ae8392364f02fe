/**
 * Whether a token has the form of a signed JWT (RFC 7519 section 3), also if its signature is empty.
 *
 * @param {string} token
 */
export const isJwt = token => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
