/** Many calls at once for a token that has expired. */
import { createClient } from './sdk.js'

/** @typedef {import('../../../src/index.ts').Auth0ClientOptions} Options */

/** @type {import('../../../src/index.ts').Auth0Client} */
let client

/** @param {{ sdk: string, options: Options, items: [string, unknown][] }} given */
export const open = async ({ sdk, options, items }) => {
  for (const [key, value] of items) {
    if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(value))
  }
  client = await createClient(sdk, options)
  // What is loaded and fetched once only is not what is measured.
  await client.getTokenSilently({ cacheMode: 'off' })
}

/** @returns {[string, any][]} */
const entries = () =>
  Object.entries({ ...localStorage })
    .map(([key, text]) => /** @type {[string, any]} */ ([key, JSON.parse(text)]))
    .filter(([, value]) => value?.body)

export const expire = () => {
  for (const [key, entry] of entries()) {
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1 }))
  }
}

/** Waits until this tab sees that all tokens have expired. */
export const seeExpired = async () => {
  while (!entries().every(([, { expiresAt }]) => expiresAt === 1)) {
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** The same in all tabs. */
const now = () => performance.timeOrigin + performance.now()

/**
 * @param {{ calls: number, atMs: number }} given
 * @returns {Promise<{ startMs: number, endMs: number, failures: string[] }>}
 */
export const callTogether = async ({ calls, atMs }) => {
  await new Promise(resolve => setTimeout(resolve, atMs - now()))
  const startMs = now()
  /** @type {string[]} */
  const failures = []
  await Promise.all(
    Array.from({ length: calls }, () =>
      client.getTokenSilently().then(
        token => {
          if (!token) failures.push('no token')
        },
        error => {
          failures.push(String(error.error ?? error.message))
        },
      ),
    ),
  )
  return { startMs, endMs: now(), failures }
}

/**
 * Exchanges without any SDK, one after the other: milliseconds each.
 *
 * @param {{ url: string, clientId: string, refreshToken: string, times: number }} given
 */
export const exchange = async ({ url, clientId, refreshToken, times }) => {
  /** @type {number[]} */
  const taken = []
  for (let done = 0; done < times; done += 1) {
    const start = now()
    const response = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: refreshToken,
      }),
    })
    await response.json()
    taken.push(now() - start)
  }
  return taken
}
