import { expect, vi } from 'vitest'
import type { Auth0Client } from '../../src/index.ts'
import { DOMAIN } from './testbed.ts'

/** A window of the platform's, as far as a page can see one of another origin. */
export const createWindow = () => {
  const visited: string[] = []
  const popup = {
    closed: false,
    close: () => {
      popup.closed = true
    },
    location: {
      set href(url: string) {
        visited.push(url)
      },
    },
  }
  return { popup, visited }
}

/** Posts an answer to this page, as the tenant's page in a popup or a frame does. */
export const post = (
  response: object,
  { origin = `https://${DOMAIN}`, source = null as unknown } = {},
): boolean =>
  window.dispatchEvent(
    new MessageEvent('message', {
      origin,
      source: source as Window,
      data: { type: 'authorization_response', response },
    }),
  )

/** Begins a login in a popup, and waits until the window has an address. */
export const begin = async (client: Auth0Client, config: object = {}, call: object = {}) => {
  const { popup, visited } = createWindow()
  const login = client.loginWithPopup(call, { popup, ...config })
  login.catch(() => {})
  await vi.waitFor(() => expect(visited).toHaveLength(1))
  return { popup, login, url: visited[0] ?? '' }
}
