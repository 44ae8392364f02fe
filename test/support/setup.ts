import nodeConsole from 'node:console'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'

// Files of a project without isolation share a process: each starts with modules of its own, so
// that no lock, cache or channel of an earlier file is left in them.
vi.resetModules()
const { network } = await import('./network.ts')

/** happy-dom reports every frame that it was told not to load, past the runner's own console. */
const report = nodeConsole.error
nodeConsole.error = (...args) => {
  if (!String(args[0]).includes('Iframe page loading is disabled')) report(...args)
}

/** Clients of an earlier file would hear what the clients of this one say. */
const RealChannel = BroadcastChannel
const channels: BroadcastChannel[] = []
globalThis.BroadcastChannel = class extends RealChannel {
  constructor(name: string) {
    super(name)
    channels.push(this)
  }
}

/** The domains that tests give cookies: a cookie is removed only with the domain that it has. */
const DOMAINS = ['', '; domain=example.com']

const clearPage = (): void => {
  localStorage.clear()
  sessionStorage.clear()
  document.body.replaceChildren()
  // Cookies with the prefix `__Host-` are changed only with `secure`.
  const expired = `; path=/; secure; expires=${new Date(0).toUTCString()}`
  for (const pair of document.cookie.split('; ')) {
    for (const domain of DOMAINS) {
      // biome-ignore lint/suspicious/noDocumentCookie: tests look at cookies as the browser has them
      document.cookie = `${pair.split('=')[0]}=${expired}${domain}`
    }
  }
}

/** No test reaches the real network, and none leaves anything behind for the next. */
beforeAll(() => {
  clearPage()
  network.listen({ onUnhandledRequest: 'error' })
})
afterAll(() => {
  network.close()
  vi.unstubAllGlobals()
  for (const channel of channels) channel.close()
  globalThis.BroadcastChannel = RealChannel
  nodeConsole.error = report
})
afterEach(() => {
  network.resetHandlers()
  vi.useRealTimers()
  vi.restoreAllMocks()
  clearPage()
})
