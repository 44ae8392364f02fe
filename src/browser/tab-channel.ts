/** Messages between the tabs of an origin. */
export interface TabChannel {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): void
}

/** A channel that is opened on first use; without BroadcastChannel it does nothing. */
export const createTabChannel = (name: string): TabChannel => {
  let channel: BroadcastChannel | undefined
  const open = (): BroadcastChannel | undefined => {
    if (typeof window === 'undefined' || typeof BroadcastChannel === 'undefined') return
    channel ??= new BroadcastChannel(name)
    return channel
  }
  return {
    post: message => open()?.postMessage(message),
    listen: listener => open()?.addEventListener('message', ({ data }) => listener(data)),
  }
}
