import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { calculateJwkThumbprint, decodeJwt } from 'jose'
import {
  CLIENT_ID,
  createClient,
  expect,
  optionsFor,
  signIn,
  submitLogin,
  test,
  tokenOrError,
} from './support/fixtures.ts'
import { expire, MEMORY, openTab, outcomeOf, STORED, startCall } from './support/tabs.ts'

const BOUND = { ...STORED, useDpop: true } as const

const REFERENCE_SDK = fileURLToPath(
  new URL(
    '../../node_modules/@auth0/auth0-spa-js/dist/auth0-spa-js.production.js',
    import.meta.url,
  ),
)

/** The keys in a store of the database, read like another script of the page. */
const keysIn = (page: Page, store: 'keypair' | 'nonce'): Promise<string[]> =>
  page.evaluate(
    name =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('auth0-spa-js')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const keys = opening.result.transaction(name).objectStore(name).getAllKeys()
          keys.onsuccess = () => {
            opening.result.close()
            resolve(keys.result.map(String))
          }
        }
      }),
    store,
  )

/** The thumbprint of the key in the page's storage. */
const storedThumbprint = async (page: Page): Promise<string> => {
  const jwk = await page.evaluate(
    key =>
      new Promise<JsonWebKey>((resolve, reject) => {
        const opening = indexedDB.open('auth0-spa-js')
        opening.onsuccess = () => {
          const read = opening.result.transaction('keypair').objectStore('keypair').get(key)
          read.onsuccess = () => {
            opening.result.close()
            crypto.subtle.exportKey('jwk', read.result.publicKey).then(resolve, reject)
          }
        }
      }),
    `${CLIENT_ID}::auth0`,
  )
  return calculateJwkThumbprint(jwk)
}

/** The thumbprint of the key that an access token is bound to. */
const boundTo = (token: string | undefined): unknown =>
  (decodeJwt(token ?? '').cnf as { jkt?: string } | undefined)?.jkt

const deleteDatabase = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      new Promise<string>(resolve => {
        const request = indexedDB.deleteDatabase('auth0-spa-js')
        request.onblocked = () => resolve('blocked')
        request.onsuccess = () => resolve('deleted')
      }),
  )

test('a session with DPoP lasts through a reload and renewals, and ends with its key', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, BOUND)
  await signIn(page, blank, options)
  const thumbprint = await storedThumbprint(page)
  expect(boundTo(await tokenOrError(page))).toBe(thumbprint)

  await page.goto(blank)
  await createClient(page, options)
  expect(boundTo(await tokenOrError(page, 'off'))).toBe(thumbprint)
  expect(boundTo(await tokenOrError(page, 'off'))).toBe(thumbprint)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 })).toBe(2)

  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  expect(await keysIn(page, 'keypair')).toEqual([])
  expect(await keysIn(page, 'nonce')).toEqual([])
})

test('nonces that change with every answer cost one more request at the first, also in the worker', async ({
  page,
  tenant,
  blank,
}) => {
  tenant.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, { ...MEMORY, useDpop: true }))
  for (let round = 0; round < 3; round += 1) {
    expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  }
  expect(page.workers()).toHaveLength(1)
  const statuses = () =>
    tenant.log.entries.flatMap(({ endpoint, method, status }) =>
      endpoint === 'token' && method === 'POST' ? status : [],
    )
  expect(statuses()).toEqual([400, 200, 200, 200, 200])

  tenant.dpopNonces.rotate()
  expect(await tokenOrError(page, 'off')).toMatch(/^ey/)
  expect(statuses().slice(5)).toEqual([400, 200])
})

test('the hidden iframe brings tokens that are bound to the same key', async ({
  page,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, { useDpop: true })
  await signIn(page, blank, options)
  await page.goto(blank)
  await createClient(page, options)
  expect(boundTo(await tokenOrError(page))).toBe(await storedThumbprint(page))
})

test('two tabs use one key, and a new one after a sign-out and a sign-in in one of them', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const options = optionsFor(tenant, blank, BOUND)
  await signIn(page, blank, options)
  const before = await storedThumbprint(page)
  const other = await openTab(context, blank, options)
  await expire([page, other])
  await Promise.all([startCall(page), startCall(other)])
  const outcomes = [await outcomeOf(page), await outcomeOf(other)]
  expect(outcomes.map(outcome => 'token' in outcome && boundTo(outcome.token))).toEqual([
    before,
    before,
  ])

  await page.evaluate(() => window.auth0.logout({ openUrl: false }))
  await page.evaluate(() => window.auth0.loginWithRedirect())
  await page.waitForURL(url => url.searchParams.has('code'))
  await createClient(page, options)
  await page.evaluate(() => window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }))
  const after = await storedThumbprint(page)
  expect(after).not.toBe(before)
  expect(boundTo(await tokenOrError(other, 'off'))).toBe(after)
  expect(tenant.events.filter(({ type }) => type.includes('reuse'))).toEqual([])
})

test('a database that is deleted, closed or without space loses no session', async ({
  page,
  tenant,
  blank,
}) => {
  await signIn(page, blank, optionsFor(tenant, blank, BOUND))
  const before = await storedThumbprint(page)
  expect(await deleteDatabase(page)).toBe('deleted')
  expect(boundTo(await tokenOrError(page, 'off'))).toBe(before)

  tenant.settings.requireDpopNonce = true
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: blank, quotaSize: 1 })
  expect(boundTo(await tokenOrError(page, 'off'))).toBe(before)
  expect(boundTo(await tokenOrError(page, 'off'))).toBe(before)
})

test('a database that another page keeps blocked is an error in time, and login works afterwards', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const holder = await context.newPage()
  await holder.goto(blank)
  // An open connection that ignores `versionchange`, and a deletion that waits for it.
  await holder.evaluate(async () => {
    const opening = indexedDB.open('auth0-spa-js')
    await new Promise(resolve => {
      opening.onsuccess = resolve
    })
    Object.assign(window, { held: opening.result })
    const deletion = indexedDB.deleteDatabase('auth0-spa-js')
    await new Promise(resolve => {
      deletion.onblocked = resolve
    })
  })
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank, BOUND))
  const error = await page.evaluate(() =>
    window.auth0.loginWithRedirect().catch(({ error }) => error),
  )
  expect(error).toBe('dpop_unavailable')

  await holder.close()
  await page.evaluate(() => window.auth0.loginWithRedirect())
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
})

test('auth0-spa-js and this SDK take over sessions with DPoP from each other', async ({
  page,
  tenant,
  blank,
}) => {
  const options = { ...optionsFor(tenant, blank, BOUND), refreshTokenMode: 'offline' } as const
  const useReference = async <T>(
    call: (client: import('@auth0/auth0-spa-js').Auth0Client) => Promise<T>,
  ): Promise<T> => {
    await page.addScriptTag({ path: REFERENCE_SDK })
    return page.evaluate(
      async ([given, source]) => {
        const { auth0 } = window as unknown as { auth0: typeof import('@auth0/auth0-spa-js') }
        const client = await auth0.createAuth0Client(given as never)
        return new Function(`return (${source})`)()(client)
      },
      [options, String(call)] as const,
    )
  }
  const renewed = { cacheMode: 'off' } as const
  await page.goto(blank)
  await useReference(client => client.loginWithRedirect())
  await submitLogin(page)
  await page.waitForURL(url => url.searchParams.has('code'))
  await useReference(client => client.handleRedirectCallback())
  const thumbprint = await storedThumbprint(page)

  await page.goto(blank)
  await createClient(page, options)
  expect(boundTo(await tokenOrError(page, renewed.cacheMode))).toBe(thumbprint)

  await page.goto(blank)
  const token = await useReference(client => client.getTokenSilently({ cacheMode: 'off' }))
  expect(boundTo(token)).toBe(thumbprint)

  await page.goto(blank)
  await createClient(page, options)
  expect(boundTo(await tokenOrError(page, renewed.cacheMode))).toBe(thumbprint)
  expect(tenant.log.count({ endpoint: 'token', grantType: 'refresh_token', status: 200 })).toBe(3)
})
