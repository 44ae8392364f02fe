import { createAuth0Client } from 'latchkey'
import { expect, vi } from 'vitest'
import { it } from '../../test/support/example-page.ts'

it('renews with a new refresh token each time', async ({ page }) => {
  const { domain, clientId } = page
  // #region useRefreshTokens
  const auth0 = await createAuth0Client({ domain, clientId, useRefreshTokens: true })
  // #endregion
  await page.signIn(auth0)
  await auth0.getTokenSilently({ cacheMode: 'off' })
  await auth0.getTokenSilently({ cacheMode: 'off' })
  const statuses = page.tenant.refreshTokens.map(({ status }) => status)
  expect(statuses).toEqual(['spent', 'spent', 'active'])
  expect(page.asked('authorize')).toHaveLength(1)
})

it('uses the iframe after the refresh token is rejected', async ({ page }) => {
  const { domain, clientId } = page
  // #region useRefreshTokensFallback
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    useRefreshTokens: true,
    useRefreshTokensFallback: true,
  })
  // #endregion
  await page.signIn(auth0)
  page.tenant.fail('token', { error: 'invalid_grant', status: 403 })
  expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
  expect(page.asked('authorize').at(-1)).toMatchObject({ prompt: 'none' })
})

it('starts the worker from its URL, and works without it if it fails', async ({ page }) => {
  const { domain, clientId } = page
  const started: string[] = []
  class BrokenWorker extends EventTarget {
    constructor(url: string) {
      super()
      started.push(url)
      queueMicrotask(() => this.dispatchEvent(new Event('error')))
    }
    postMessage() {}
    terminate() {}
  }
  vi.stubGlobal('Worker', BrokenWorker)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  // #region workerUrl
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    useRefreshTokens: true,
    workerUrl: '/auth0-spa-js.worker.production.js',
  })
  // #endregion
  await page.signIn(auth0)
  expect(started).toEqual(['https://app.example.com/auth0-spa-js.worker.production.js'])
  expect(await auth0.getTokenSilently({ cacheMode: 'off' })).toMatch(/^access-token-/)
})
