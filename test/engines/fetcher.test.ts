import { expect } from 'vitest'
import { optionsFor } from '../support/browser-clients.ts'
import { startRecordingApi } from '../support/recording-api.ts'
import { openTab } from './support/actions.ts'
import { test } from './support/fixtures.ts'

test('keeps a token on its origin when an API redirects, and repeats bodies', async ({
  browser,
  tenant,
  blank,
}) => {
  const [api, other] = await Promise.all([startRecordingApi(), startRecordingApi()])
  api.redirects.set('/same', '/landing').set('/other', `${other.url}/landing`)
  const options: object = { useDpop: true }
  const tab = await openTab(browser, blank, optionsFor(tenant, blank, options))
  const results = await tab.evaluate(async baseUrl => {
    const fetcherWith = (token_type: string, ...tokens: string[]) =>
      window.auth0.createFetcher({
        baseUrl,
        dpopNonceId: 'api',
        getAccessToken: async () => ({ access_token: tokens.shift(), token_type }) as never,
      })
    const request = new Request(`${baseUrl}/a`, { method: 'POST', body: 'twice' })
    return [
      (await fetcherWith('Bearer', 'given').fetchWithAuth('/same')).status,
      (await fetcherWith('Bearer', 'given').fetchWithAuth('/other')).status,
      await fetcherWith('DPoP', 'given')
        .fetchWithAuth('/other')
        .catch(({ error }) => error),
      (await fetcherWith('Bearer', 'expired', 'fresh').fetchWithAuth(request)).status,
    ]
  }, api.url)
  expect(results).toEqual([200, 200, 'redirect_not_followed', 200])
  expect(other.requests).toEqual([{ method: 'GET', path: '/landing', body: '' }])
  expect(api.requests.map(({ path, authorization, body }) => [path, authorization, body])).toEqual([
    ['/same', 'Bearer given', ''],
    ['/landing', 'Bearer given', ''],
    ['/other', 'Bearer given', ''],
    ['/other', 'DPoP given', ''],
    ['/a', 'Bearer expired', 'twice'],
    ['/a', 'Bearer fresh', 'twice'],
  ])
  await Promise.all([api.close(), other.close()])
})
