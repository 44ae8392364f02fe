import { startRecordingApi } from '../support/recording-api.ts'
import { createClient, expect, optionsFor, test } from './support/fixtures.ts'

test('security 63: a token stays on its origin when an API redirects, and a proof on its URL', async ({
  page,
  tenant,
  blank,
}) => {
  const [api, other] = await Promise.all([startRecordingApi(), startRecordingApi()])
  api.redirects.set('/same', '/landing').set('/other', `${other.url}/landing`)
  await page.goto(blank)
  const options: object = { useDpop: true }
  await createClient(page, optionsFor(tenant, blank, options))
  const results = await page.evaluate(async baseUrl => {
    const getAccessToken = async () => 'given'
    const bearer = window.auth0.createFetcher({
      baseUrl,
      getAccessToken: async () => ({ access_token: 'given', token_type: 'Bearer' }) as never,
    })
    const dpop = window.auth0.createFetcher({ baseUrl, getAccessToken, dpopNonceId: 'api' })
    return [
      (await bearer.fetchWithAuth('/same')).status,
      (await bearer.fetchWithAuth('/other', { method: 'POST', body: 'x' })).status,
      await dpop.fetchWithAuth('/other').catch(({ error }) => error),
      await dpop.fetchWithAuth('/same').catch(({ error }) => error),
    ]
  }, api.url)
  expect(results).toEqual([200, 200, 'redirect_not_followed', 'redirect_not_followed'])
  expect(other.requests).toEqual([{ method: 'POST', path: '/landing', body: 'x' }])
  expect(api.requests.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/same', 'Bearer given'],
    ['/landing', 'Bearer given'],
    ['/other', 'Bearer given'],
    ['/other', 'DPoP given'],
    ['/same', 'DPoP given'],
  ])
  await Promise.all([api.close(), other.close()])
})

test('repeats a request with its body, which init may replace', async ({ page, tenant, blank }) => {
  const api = await startRecordingApi()
  await page.goto(blank)
  await createClient(page, optionsFor(tenant, blank))
  const used = await page.evaluate(async url => {
    const send = async (request: Request, init?: RequestInit) => {
      const tokens = ['expired', 'fresh']
      const getAccessToken = async () => tokens.shift()
      const { fetchWithAuth } = window.auth0.createFetcher({ getAccessToken })
      await fetchWithAuth(request, init)
      return request.bodyUsed
    }
    const create = () => new Request(`${url}/a`, { method: 'PUT', body: new Blob(['first']) })
    return [await send(create()), await send(create(), { method: 'POST', body: 'second' })]
  }, api.url)
  expect(used[0]).toBe(true)
  expect(api.requests.map(({ method, body }) => `${method} ${body}`)).toEqual([
    'PUT first',
    'PUT first',
    'POST second',
    'POST second',
  ])
  await api.close()
})
