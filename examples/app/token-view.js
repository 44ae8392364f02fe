import { decodeJwt } from './decode-jwt.js'
import { find } from './find.js'
import { paintJson } from './json-view.js'

/**
 * Whether the token works only with a key (RFC 9449 section 6).
 *
 * @param {string} tokenType
 * @param {unknown} cnf
 */
const describeBinding = (tokenType, cnf) => {
  const hasKey = typeof cnf === 'object' && cnf !== null && 'jkt' in cnf
  return hasKey ? `${tokenType}, bound to the key ${cnf.jkt}` : `${tokenType}, not bound to a key`
}

/** The access token, decoded. */
export const createTokenView = () => {
  const decoded = find('token-decoded', HTMLElement)
  const header = find('token-header', HTMLElement)
  const payload = find('token-payload', HTMLElement)
  const refreshToken = find('refresh-token-held', HTMLElement)
  const tokenType = find('token-type', HTMLElement)
  /** @type {string | undefined} */
  let shown

  return {
    /** @param {import('./token-cache.js').HeldToken | undefined} token */
    show: token => {
      refreshToken.textContent = token?.hasRefreshToken ? 'held, never shown' : 'none'
      if (token?.accessToken === shown) return
      shown = token?.accessToken
      const jwt = shown === undefined ? undefined : decodeJwt(shown)
      decoded.hidden = jwt === undefined
      tokenType.textContent = token ? describeBinding(token.tokenType, jwt?.payload.cnf) : '–'
      header.replaceChildren(...paintJson(jwt?.header))
      payload.replaceChildren(...paintJson(jwt?.payload))
    },
  }
}
