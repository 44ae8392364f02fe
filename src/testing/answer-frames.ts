import type { TestTenant } from './test-tenant-types.ts'

/**
 * Answers the hidden iframes of silent logins in happy-dom and jsdom, which load no pages into
 * them: each frame that asks the tenant gets the answer of the tenant as a message.
 *
 * @returns a function that stops it
 * @example
 * ```ts
 * const stop = answerFrames(tenant)
 * tenant.signIn()
 * await auth0.getTokenSilently({ cacheMode: 'off' })
 * stop()
 * ```
 */
export const answerFrames = (tenant: TestTenant): (() => void) => {
  const { authorize } = tenant.endpoints
  const { origin } = new URL(authorize)
  const seen = new WeakSet<Element>()

  const answer = async ({ src }: HTMLIFrameElement): Promise<void> => {
    const asRedirect = new URL(src)
    asRedirect.searchParams.set('response_mode', 'query')
    const callback = new URL(await tenant.answerLogin(asRedirect.href))
    const data = {
      type: 'authorization_response',
      response: Object.fromEntries(callback.searchParams),
    }
    dispatchEvent(new MessageEvent('message', { origin, data }))
  }

  const observer = new MutationObserver(() => {
    for (const frame of document.querySelectorAll('iframe')) {
      if (seen.has(frame) || !frame.src.startsWith(`${authorize}?`)) continue
      seen.add(frame)
      // An error page posts nothing either: the client waits until its time is up.
      answer(frame).catch(() => {})
    }
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
  return () => observer.disconnect()
}
