import type { BrowserContext, Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../src/index.ts'
import {
  createClient,
  expect,
  optionsFor,
  submitLogin,
  type Tenant,
  test,
} from './support/fixtures.ts'
import { installSpy, type Places } from './support/page-spy.ts'
import { openLoginPopup, popupOutcome } from './support/popups.ts'
import { collectSecrets, type Secrets, secretsIn } from './support/secrets.ts'
import { MEMORY, STORED } from './support/tabs.ts'

type Fault = Parameters<Tenant['faults']['add']>[0]

const token = { endpoint: 'token' } as const
const claims = (of: Record<string, unknown>): Fault => ({ ...token, idToken: { claims: of } })

/** Every way of failing that the SDK has a word for. */
const FAULTS: Fault[] = [
  { ...token, drop: 'before' },
  { ...token, drop: 'during' },
  { ...token, truncate: true },
  { ...token, status: 500, json: { error: 'server_error', error_description: 'Oops' } },
  { ...token, status: 502, html: '<h1>Bad gateway</h1>' },
  { ...token, status: 302, headers: { Location: 'https://other.example/' } },
  { ...token, mutate: { set: { token_type: 'mac' } } },
  { ...token, mutate: { set: { expires_in: 'never' } } },
  { ...token, mutate: { remove: ['access_token'] } },
  { ...token, mutate: { set: { id_token: 'a.b.c' } } },
  { ...token, idToken: { signature: 'tampered' } },
  { ...token, idToken: { alg: 'none' } },
  claims({ iss: 'https://other.example/' }),
  claims({ aud: ['other'] }),
  claims({ exp: 1 }),
  claims({ nonce: 'other' }),
  { endpoint: 'jwks', status: 503 },
]

/** Failures that may end what is held, so they come last. */
const ENDINGS: Fault[] = [
  { ...token, status: 403, json: { error: 'mfa_required', mfa_token: 'Fe26' } },
  { ...token, status: 403, json: { error: 'invalid_grant', error_description: 'Unknown.' } },
]

/** Answers of the authorization endpoint that cannot be used. */
const ANSWERS: NonNullable<Fault['authorizationResponse']>[] = [
  { set: { iss: 'https://other.example/' } },
  { set: { state: 'other' } },
  { remove: ['code'], set: { error: 'access_denied', error_description: 'No.' } },
  { set: { code: 'unknown' } },
]

/** Calls that fail in all those ways; whatever their errors show is noted. */
const failInEveryWay = async (page: Page, tenant: Tenant, faults: Fault[]): Promise<void> => {
  for (const fault of faults) {
    const remove = tenant.faults.add(fault)
    if (fault.endpoint === 'jwks') await tenant.keys.rotate({ keepOld: false })
    const error = await page.evaluate(() =>
      window.auth0.getTokenSilently({ cacheMode: 'off' }).then(
        () => undefined,
        error => {
          window.spy.note('errors', [error, String(error)])
          return error.error
        },
      ),
    )
    expect(error, JSON.stringify(fault)).toEqual(expect.stringMatching(/./))
    remove()
    // Ten failures in a row would have the next calls answered from memory.
    await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }).catch(() => {}))
  }
}

/** What the network sees besides bodies: addresses, and the page named as the one that asked. */
const watchRequests = (context: BrowserContext): string[] => {
  const seen: string[] = []
  context.on('request', request => {
    seen.push(`${request.url()} ${request.headers().referer}`)
  })
  return seen
}

/** Which secrets were found where; places without any are left out. */
const findSecrets = (places: Places, secrets: Secrets): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(places)
      .map(([place, text]) => [place, secretsIn(text, secrets)] as const)
      .filter(([, found]) => found.length > 0),
  )

/** All strings on the page's heap; a worker has one of its own. */
const heapOf = async (page: Page): Promise<string> => {
  const session = await page.context().newCDPSession(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot')
  await session.detach()
  return chunks.join('')
}

const look = (page: Page): Promise<Places> => page.evaluate(() => window.spy.look())

/** Comes back from the login page with an answer that is not handled yet. */
const comeBack = async (page: Page, blank: string, options: Auth0ClientOptions): Promise<void> => {
  await page.goto(blank)
  await createClient(page, options)
  await page.evaluate(() => window.auth0.loginWithRedirect())
  // Who is signed in at the tenant is sent back at once.
  await page.waitForURL(url => url.searchParams.has('state') || url.pathname.startsWith('/login'))
  if (!page.url().startsWith(blank)) await submitLogin(page)
  await page.waitForURL(url => url.href.startsWith(blank) && url.searchParams.has('state'))
  await createClient(page, options)
}

const handle = (page: Page): Promise<string> =>
  page.evaluate(() =>
    window.auth0.handleRedirectCallback(location.href, { cleanUrl: true }).then(
      () => 'signed in',
      error => {
        window.spy.note('errors', [error, String(error)])
        return error.error
      },
    ),
  )

const loginByPopup = async (page: Page): Promise<string> => {
  await openLoginPopup(page)
  const outcome = await popupOutcome(page)
  await page.evaluate(() => {
    const { loginError, spy } = window as typeof window & { loginError?: unknown }
    spy.note('errors', [loginError, String(loginError)])
  })
  return outcome
}

/** What the public methods give, refresh tokens never being part of it. */
const noteResults = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { auth0, spy } = window
    spy.note('results', [
      await auth0.getTokenSilently({ detailedResponse: true }),
      await auth0.getTokenSilently({ detailedResponse: true, cacheMode: 'off' }),
      await auth0.getUser(),
      await auth0.getIdTokenClaims(),
      auth0.getConfiguration(),
      auth0.buildLogoutUrl(),
    ])
  })

const TOKENS = ['refreshTokens', 'accessTokens', 'idTokens']

const MODES = {
  'in memory with the worker': { options: MEMORY, isStored: false },
  'in memory without refresh tokens': { options: {}, isStored: false },
  'in localStorage': { options: STORED, isStored: true },
  'in localStorage, and logins in cookies': {
    options: { ...STORED, useCookiesForTransactions: true },
    isStored: true,
  },
}

for (const [name, { options, isStored }] of Object.entries(MODES)) {
  test(`security 50: with tokens ${name} no secret is anywhere else, whatever fails`, async ({
    page,
    context,
    tenant,
    blank,
  }) => {
    test.setTimeout(90_000)
    await context.addInitScript(installSpy)
    const secrets = await collectSecrets(context)
    const given = optionsFor(tenant, blank, options)
    const requests = watchRequests(context)

    const find = async () => {
      // Codes come to the page in its address: the page itself is asked for with them.
      const outside = requests.filter(text => !text.startsWith(blank))
      const places = { ...(await look(page)), requests: outside.join('\n') }
      // A login is redeemed in the worker, which gives back access and ID tokens alone.
      const { worker = [], ...found } = findSecrets(places, secrets)
      expect(worker.filter(kind => kind !== 'codes')).toEqual([])
      return found
    }
    const held = isStored ? { localStorage: TOKENS } : {}

    await comeBack(page, blank, given)
    expect(await handle(page)).toBe('signed in')
    expect(await find()).toEqual(held)

    await failInEveryWay(page, tenant, FAULTS)
    expect(await find()).toEqual(held)

    expect(await loginByPopup(page)).toBe('signed in')
    expect(await find()).toEqual(held)
    await noteResults(page)
    expect(await find()).toEqual({ ...held, results: ['accessTokens', 'idTokens'] })

    await failInEveryWay(page, tenant, ENDINGS)
    await page.evaluate(() => window.auth0.logout({ openUrl: false }))
    expect(await find()).toEqual({ results: ['accessTokens', 'idTokens'] })

    for (const authorizationResponse of ANSWERS) {
      tenant.faults.add({ endpoint: 'authorize', authorizationResponse, times: 1 })
      await comeBack(page, blank, given)
      expect(await handle(page)).not.toBe('signed in')
      expect(await find()).toEqual({})
      tenant.faults.add({ endpoint: 'authorize', authorizationResponse, times: 1 })
      expect(await loginByPopup(page)).not.toBe('signed in')
      expect(await find()).toEqual({})
    }
    expect(secrets.idTokens.size).toBeGreaterThan(10)
    expect(secrets.refreshTokens.size > 0).toBe(given.useRefreshTokens === true)
  })
}

test('security 48: a refresh token in the worker is nowhere on the heap of the page', async ({
  page,
  context,
  tenant,
  blank,
}) => {
  const secrets = await collectSecrets(context)
  await comeBack(page, blank, optionsFor(tenant, blank, MEMORY))
  await page.evaluate(() => window.auth0.handleRedirectCallback().then(() => {}))
  for (let round = 0; round < 2; round++) {
    await page.evaluate(() => window.auth0.getTokenSilently({ cacheMode: 'off' }).then(() => {}))
  }
  expect(secrets.refreshTokens.size).toBe(3)
  const found = secretsIn(await heapOf(page), secrets)
  expect(found).toContain('accessTokens')
  expect(found).not.toContain('refreshTokens')
})

test('the search itself finds a secret wherever one could be', async ({ page, blank }) => {
  await page.addInitScript(installSpy)
  await page.goto(blank)
  const secret = 'a-secret-that-is-long-enough-to-be-one'
  await page.evaluate(async text => {
    console.warn({ deep: [new Error('x', { cause: { text } })] })
    history.replaceState({ text }, '')
    new BroadcastChannel('x').postMessage({ text })
    new Worker('data:text/javascript,').postMessage(text)
    window.postMessage(text)
    dispatchEvent(new CustomEvent('x', { detail: text }))
    performance.mark(text)
    Promise.reject(Object.defineProperty(new Error('x'), 'hidden', { value: text }))
    localStorage.setItem('x', text)
    sessionStorage.setItem(text, 'x')
    // biome-ignore lint/suspicious/noDocumentCookie: what a careless script would do
    document.cookie = `x=${text}`
    const note = document.createElement('p')
    document.body.append(note)
    note.dataset.x = text
    Object.assign(window, {
      auth0: { map: new Map([[text, 1]]) },
      other: Object.assign(() => {}, { text }),
    })
    const cache = await caches.open('x')
    await cache.put('/x', new Response(text))
    await new Promise(resolve => {
      const opening = indexedDB.open('x')
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore('x').put({ text }, 1)
      }
      opening.onsuccess = () => resolve(opening.result.close())
    })
  }, secret)
  const none = new Set<string>()
  const codes = new Set([secret])
  const secrets = { refreshTokens: none, accessTokens: none, idTokens: none, codes }
  const places = await look(page)
  expect(Object.keys(findSecrets(places, secrets)).sort()).toEqual(Object.keys(places).sort())
})
