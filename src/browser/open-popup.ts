const WIDTH = 400
const HEIGHT = 600

/**
 * Opens an empty window over the middle of this one. To be called inside the click, before
 * anything is waited for, or the browser blocks it.
 *
 * @returns `null` when the browser blocked it
 */
export const openPopup = (): Window | null => {
  const left = window.screenX + (window.innerWidth - WIDTH) / 2
  const top = window.screenY + (window.innerHeight - HEIGHT) / 2
  return window.open(
    '',
    'auth0:authorize:popup',
    `left=${left},top=${top},width=${WIDTH},height=${HEIGHT},resizable,scrollbars=yes,status=1`,
  )
}
