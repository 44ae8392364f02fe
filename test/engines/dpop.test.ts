import { calculateJwkThumbprint, decodeJwt } from 'jose'
import { expect } from 'vitest'
import { CLIENT_ID, MEMORY, optionsFor, STORED } from '../support/browser-clients.ts'
import { createClient, isSignedIn, signIn, signOut, tokenOrError } from './support/actions.ts'
import type { Tab } from './support/browser.ts'
import { test } from './support/fixtures.ts'

/** The thumbprint of the key in the page's storage; `undefined` if there is none. */
const storedThumbprint = async (tab: Tab): Promise<string | undefined> => {
  const jwk = await tab.evaluate(
    key =>
      new Promise<JsonWebKey | null>((resolve, reject) => {
        const opening = indexedDB.open('auth0-spa-js')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const read = opening.result.transaction('keypair').objectStore('keypair').get(key)
          read.onsuccess = () => {
            opening.result.close()
            const publicKey = read.result?.publicKey
            if (publicKey) crypto.subtle.exportKey('jwk', publicKey).then(resolve, reject)
            else resolve(null)
          }
        }
      }),
    `${CLIENT_ID}::auth0`,
  )
  return jwk ? calculateJwkThumbprint(jwk) : undefined
}

/** The thumbprint of the key that an access token is bound to. */
const boundTo = (token: string | undefined): string | undefined =>
  (decodeJwt(token ?? '').cnf as { jkt: string } | undefined)?.jkt

test('a session with DPoP keeps its key through renewals and a reload, until the logout', async ({
  browser,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { ...STORED, useDpop: true })
  const tab = await signIn(browser, blank, options)
  const thumbprint = await storedThumbprint(tab)
  expect(thumbprint).toBeTruthy()
  expect(boundTo(await tokenOrError(tab))).toBe(thumbprint)
  expect(boundTo(await tokenOrError(tab, 'off'))).toBe(thumbprint)
  await tab.goto(blank)
  await createClient(tab, options)
  expect(boundTo(await tokenOrError(tab, 'off'))).toBe(thumbprint)
  expect(tenant.log.count({ grantType: 'refresh_token', status: 200 })).toBe(2)

  await signOut(tab, blank)
  await createClient(tab, options)
  expect(await isSignedIn(tab)).toBe(false)
  expect(await storedThumbprint(tab)).toBeUndefined()
})

test('a fetcher sends proofs that the API accepts, with its nonces and with tokens of the worker', async ({
  browser,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  tenant.settings.requireDpopNonce = true
  const tab = await signIn(browser, blank, optionsFor(tenant, blank, { ...MEMORY, useDpop: true }))
  const post = () =>
    tab.evaluate(async baseUrl => {
      const { fetchWithAuth } = window.auth0.createFetcher({ baseUrl, dpopNonceId: 'api' })
      const init = {
        method: 'POST',
        body: '{"a":1}',
        headers: { 'content-type': 'application/json' },
      }
      const response = await fetchWithAuth(new Request(`${baseUrl}/api/echo`, init))
      return { status: response.status, body: (await response.json()).body }
    }, api.url)
  const echoed = { status: 200, body: { a: 1 } }
  expect(await post()).toEqual(echoed)
  expect(await post()).toEqual(echoed)
  expect(await tokenOrError(tab, 'off')).toMatch(/^ey/)
  api.dpopNonces.rotate()
  expect(await post()).toEqual(echoed)
  const refused = '401 DPoP use_dpop_nonce'
  expect(api.outcomes()).toEqual([refused, '200', '200', refused, '200'])
})
