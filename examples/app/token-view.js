import { decodeJwt } from './decode-jwt.js'
import { find } from './find.js'
import { paintJson } from './json-view.js'

/** The access token, decoded. */
export const createTokenView = () => {
  const decoded = find('token-decoded', HTMLElement)
  const header = find('token-header', HTMLElement)
  const payload = find('token-payload', HTMLElement)
  const refreshToken = find('refresh-token-held', HTMLElement)
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
      header.replaceChildren(...paintJson(jwt?.header))
      payload.replaceChildren(...paintJson(jwt?.payload))
    },
  }
}
