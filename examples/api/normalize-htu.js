const UNRESERVED = /[\w.~-]/

/**
 * Percent-encoding in the one form that RFC 3986 sections 6.2.2.1 and 6.2.2.2 prefer.
 *
 * @param {string} encoded
 */
const normalizeEncoding = encoded => {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(character) ? character : encoded.toUpperCase()
}

/**
 * A URL as DPoP proofs name it: without query and fragment, and normalized, so that two spellings of
 * one URL are equal (RFC 9449 section 4.3).
 *
 * @param {unknown} text
 * @returns {string | undefined} `undefined` for anything that is not an http(s) URL
 */
export const normalizeHtu = text => {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const { protocol, host, pathname } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return `${protocol}//${host}${pathname.replace(/%[0-9a-f]{2}/gi, normalizeEncoding)}`
}
