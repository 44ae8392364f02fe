/**
 * Runs in a page: notes in `window.seen` every fetch of the page, and every message that reaches it from
 * the port of a worker.
 */
export const noteMessages = (): void => {
  const seen: string[] = []
  Object.assign(window, { seen })
  const fetchOfPage = window.fetch
  window.fetch = (...call) => {
    seen.push(`fetch ${JSON.stringify(call)}`)
    return fetchOfPage(...call)
  }
  const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage') ?? {}
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    set(listener) {
      set?.call(this, (event: MessageEvent) => {
        seen.push(`message ${JSON.stringify(event.data)}`)
        listener(event)
      })
    },
  })
}
