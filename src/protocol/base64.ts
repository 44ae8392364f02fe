/** Standard base64 with padding (RFC 4648 section 4). */
export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** base64url without padding (RFC 4648 section 5). */
export const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')

/** The bytes of a text in UTF-8. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/**
 * Decodes base64url without padding.
 *
 * @throws DOMException `InvalidCharacterError` if the input is not base64url
 */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), char => char.charCodeAt(0))
