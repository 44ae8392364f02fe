import { isBrowser } from './environment.ts'

/** Messages between the tabs of an origin. */
export interface TabChannel {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): void
}

/**
 * A channel that is opened on first use. It does nothing on a server, without BroadcastChannel, where
 * the browser denies that together with the storage of the site, and once it is closed.
 */
export const createTabChannel = (name: string, closed: AbortSignal): TabChannel => {
  let channel: BroadcastChannel | undefined
  const use = (work: (channel: BroadcastChannel) => void): void => {
    if (closed.aborted || !isBrowser()) return
    try {
      if (!channel) {
        const opened: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(name)
        // Node and Bun can end while it is open.
        opened.unref?.()
        closed.addEventListener('abort', () => opened.close())
        channel = opened
      }
      work(channel)
    } catch {
      // The other tabs do not hear of this one.
    }
  }
  return {
    post: message => use(open => open.postMessage(message)),
    listen: listener => use(open => open.addEventListener('message', ({ data }) => listener(data))),
  }
}
