import nodeConsole from 'node:console'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import { network } from './network.ts'

/** happy-dom reports every frame that it was told not to load, past the runner's own console. */
const report = nodeConsole.error
nodeConsole.error = (...args) => {
  if (!String(args[0]).includes('Iframe page loading is disabled')) report(...args)
}

/** No test reaches the real network, and none leaves anything behind for the next. */
beforeAll(() => network.listen({ onUnhandledRequest: 'error' }))
afterAll(() => network.close())
afterEach(() => {
  network.resetHandlers()
  vi.useRealTimers()
  vi.restoreAllMocks()
  localStorage.clear()
  sessionStorage.clear()
  document.body.replaceChildren()
  for (const pair of document.cookie.split('; ')) {
    // biome-ignore lint/suspicious/noDocumentCookie: tests look at cookies as the browser has them
    document.cookie = `${pair.split('=')[0]}=; path=/; expires=${new Date(0).toUTCString()}`
  }
})
