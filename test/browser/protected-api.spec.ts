import type { Page } from '@playwright/test'
import { decodeJwt } from 'jose'
import { expect, optionsFor, signIn, test, tokenOrError } from './support/fixtures.ts'
import { MEMORY } from './support/tabs.ts'

const CALLS = 20
const NONCE = '401 DPoP use_dpop_nonce'
const REVOKED = '401 DPoP invalid_token'
const BOUND = { ...MEMORY, useDpop: true } as const

/** Calls at once through one fetcher; each gives its status, or the name of its error. */
const callAtOnce = (page: Page, baseUrl: string, calls: number): Promise<(number | string)[]> =>
  page.evaluate(
    ([url, count]) => {
      const { fetchWithAuth } = window.auth0.createFetcher({ baseUrl: url, dpopNonceId: 'api' })
      const call = () =>
        fetchWithAuth('/api/private').then(
          ({ status }) => status,
          ({ name }) => name as string,
        )
      return Promise.all(Array.from({ length: count }, call))
    },
    [baseUrl, calls] as const,
  )

const all = (calls: number): number[] => Array(calls).fill(200)

test('twenty calls at once all succeed when the API has new nonces in their midst', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, BOUND))
  expect(await callAtOnce(page, api.url, 1)).toEqual([200])
  expect(await callAtOnce(page, api.url, 1)).toEqual([200])
  expect(api.outcomes()).toEqual([NONCE, '200', '200'])

  api.answers.length = 0
  api.whenArrived(10, api.dpopNonces.rotate)
  expect(await callAtOnce(page, api.url, CALLS)).toEqual(all(CALLS))
  const rejected = api.outcomes().filter(outcome => outcome !== '200')
  expect(rejected.length).toBeGreaterThan(0)
  expect(new Set(rejected)).toEqual(new Set([NONCE]))
  // Each call is repeated once at the most.
  expect(rejected.length).toBeLessThanOrEqual(CALLS)
  expect(api.answers).toHaveLength(CALLS + rejected.length)
})

test('twenty calls whose token is revoked share one renewal, which has a nonce round of its own', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  tenant.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, BOUND))
  expect(await callAtOnce(page, api.url, 1)).toEqual([200])
  const { jti } = decodeJwt((await tokenOrError(page)) ?? '')
  expect(jti).toBeTruthy()

  api.settings.isRevoked = claims => claims.jti === jti
  api.answers.length = 0
  api.whenArrived(10, () => {
    api.dpopNonces.rotate()
    tenant.dpopNonces.rotate()
  })
  tenant.dpopNonces.rotate()
  tenant.log.clear()
  expect(await callAtOnce(page, api.url, CALLS)).toEqual(all(CALLS))
  const posts = tenant.log.entries.filter(({ method }) => method === 'POST')
  expect(posts.map(({ grantType, status }) => `${grantType} ${status}`)).toEqual([
    'refresh_token 400',
    'refresh_token 200',
  ])
  const count = (outcome: string) => api.outcomes().filter(each => each === outcome).length
  expect(count(REVOKED)).toBeGreaterThan(0)
  expect(count(REVOKED)).toBeLessThanOrEqual(CALLS)
  expect(count(NONCE)).toBeLessThanOrEqual(CALLS)
  expect(count('200')).toBe(CALLS)
  expect(api.answers).toHaveLength(CALLS + count(REVOKED) + count(NONCE))
})

test('a call whose nonce is refused twice fails with UseDpopNonceError, and the next one succeeds', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, BOUND))
  api.whenArrived(2, api.dpopNonces.rotate)
  expect(await callAtOnce(page, api.url, 1)).toEqual(['UseDpopNonceError'])
  expect(api.outcomes()).toEqual([NONCE, NONCE])
  expect(await callAtOnce(page, api.url, 1)).toEqual([200])
  expect(api.outcomes()).toEqual([NONCE, NONCE, '200'])
})

test('a nonce round sends the body of JSON and of a Request again', async ({
  page,
  tenant,
  blank,
  exampleApi: api,
}) => {
  api.settings.requireDpopNonce = true
  await signIn(page, blank, optionsFor(tenant, blank, BOUND))
  const send = (isRequest: boolean) =>
    page.evaluate(
      async ([url, given]) => {
        const { fetchWithAuth } = window.auth0.createFetcher({ baseUrl: url, dpopNonceId: 'api' })
        const init = {
          method: 'POST',
          body: JSON.stringify({ given }),
          headers: { 'content-type': 'application/json' },
        }
        const response = given
          ? await fetchWithAuth(new Request(`${url}/api/echo?page=2`, init))
          : await fetchWithAuth('/api/echo?page=2', init)
        const { body, count } = await response.json()
        return { status: response.status, body, count }
      },
      [api.url, isRequest] as const,
    )
  expect(await send(false)).toEqual({ status: 200, body: { given: false }, count: 1 })
  expect(api.outcomes()).toEqual([NONCE, '200'])
  expect(await send(true)).toEqual({ status: 200, body: { given: true }, count: 2 })
  api.dpopNonces.rotate()
  expect(await send(true)).toEqual({ status: 200, body: { given: true }, count: 3 })
  expect(api.outcomes()).toEqual([NONCE, '200', '200', NONCE, '200'])
})
