/** base64url without padding (RFC 4648 section 5) of a text in ASCII, or of a binary string. */
export const base64UrlOf = (text: string): string =>
  btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')

/** base64url of bytes. */
export const base64Url = (bytes: Uint8Array): string => base64UrlOf(String.fromCharCode(...bytes))

/** The bytes of a text in ASCII, or of a binary string. jsdom has no `TextEncoder`. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, char => char.charCodeAt(0))

/**
 * Decodes base64url without padding.
 *
 * @throws DOMException `InvalidCharacterError` if the input is not base64url
 */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  bytesOf(atob(text.replace(/-/g, '+').replace(/_/g, '/')))
