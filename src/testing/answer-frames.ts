import type { TestTenant } from './test-tenant-types.ts'

/**
 * Answers the hidden iframes of silent logins in happy-dom and jsdom, which do not load pages into
 * them: the response to each authorization URL is posted to the page as a message.
 *
 * @param answer the response for an authorization URL, `undefined` for none; default: that of the
 *   tenant
 * @returns a function that ends it
 * @example
 * ```ts
 * const stop = answerFrames(tenant)
 * tenant.signIn()
 * await auth0.getTokenSilently({ cacheMode: 'off' })
 * stop()
 * ```
 */
export const answerFrames = (
  tenant: TestTenant,
  answer: (url: URL) => object | undefined | Promise<object | undefined> = url =>
    tenant.authorize(url.href),
): (() => void) => {
  const { authorize } = tenant.endpoints
  const { origin } = new URL(authorize)
  const seen = new WeakSet<Element>()

  const post = async ({ src }: HTMLIFrameElement): Promise<void> => {
    const response = await answer(new URL(src))
    if (!response) return
    const data = { type: 'authorization_response', response }
    dispatchEvent(new MessageEvent('message', { origin, data }))
  }

  const observer = new MutationObserver(() => {
    for (const frame of document.querySelectorAll('iframe')) {
      if (seen.has(frame) || !frame.src.startsWith(`${authorize}?`)) continue
      seen.add(frame)
      // An error page posts no message either: the client waits until its timeout.
      post(frame).catch(() => {})
    }
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
  return () => observer.disconnect()
}
