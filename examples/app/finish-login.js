/** @param {URLSearchParams} params */
const isAnswer = params => params.has('state') && (params.has('code') || params.has('error'))

/**
 * Finishes a login when the tenant has just sent the browser back to this page.
 *
 * @param {import('./sdk.js').Auth0Client} auth0
 * @param {import('./measure-call.js').MeasureCall} measureCall
 * @returns {Promise<import('./measure-call.js').MeasuredCall | undefined>}
 */
export const finishLogin = async (auth0, measureCall) => {
  if (!isAnswer(new URLSearchParams(location.search))) return undefined
  const call = await measureCall('handleRedirectCallback()', () =>
    auth0.handleRedirectCallback(location.href, { cleanUrl: true }),
  )
  // After an error the response is still in the address bar; remove it, so that a reload does not handle it again.
  if (call.error !== undefined) history.replaceState(history.state, '', location.pathname)
  return call
}
