import { requireBrowser } from './environment.ts'

const WIDTH = 400
const HEIGHT = 600

/**
 * Opens an empty window over the middle of this one. Call it inside the click,
 * before the first `await`: otherwise the browser blocks the window.
 *
 * @returns `null` if the browser blocked it, or cannot open windows
 * @throws InvalidConfigurationError on a server
 */
export const openPopup = (): Window | null => {
  requireBrowser()
  const left = window.screenX + (window.innerWidth - WIDTH) / 2
  const top = window.screenY + (window.innerHeight - HEIGHT) / 2
  try {
    return window.open(
      '',
      'auth0:authorize:popup',
      `left=${left},top=${top},width=${WIDTH},height=${HEIGHT},resizable,scrollbars=yes,status=1`,
    )
  } catch {
    // Some views of native apps have no windows to open.
    return null
  }
}
