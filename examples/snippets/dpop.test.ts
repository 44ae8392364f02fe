import { createAuth0Client } from 'latchkey'
import { beforeEach, expect } from 'vitest'
import { readProof, stubIndexedDb } from '../../test/support/dpop.ts'
import { it } from '../../test/support/example-page.ts'

beforeEach(() => {
  stubIndexedDb()
})

it('binds the tokens to a key', async ({ page }) => {
  const { domain, clientId } = page
  // #region useDpop
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    useDpop: true,
    useRefreshTokens: true,
    cacheLocation: 'localstorage',
  })
  // #endregion
  await page.signIn(auth0)
  await auth0.getTokenSilently({ cacheMode: 'off' })
  const proofs = page.tenant.requestsTo('token').map(({ headers }) => readProof(headers.dpop ?? ''))
  const thumbprints = (await Promise.all(proofs)).map(({ thumbprint }) => thumbprint)
  expect(thumbprints).toHaveLength(2)
  expect(new Set(thumbprints)).toEqual(new Set([page.asked('authorize')[0]?.dpop_jkt]))
})

it('sends its own proofs and keeps the nonces of the API', async ({ page }) => {
  const auth0 = await page.createSignedInClient({ useDpop: true })
  page.apiAnswers.push(() => new Response('', { headers: { 'DPoP-Nonce': 'n1' } }))
  // #region generateDpopProof
  const url = 'https://api.example.com/orders'
  const accessToken = (await auth0.getTokenSilently()) ?? ''
  const nonce = await auth0.getDpopNonce('orders')
  const proof = await auth0.generateDpopProof({ url, method: 'GET', nonce, accessToken })
  const response = await fetch(url, {
    headers: { Authorization: `DPoP ${accessToken}`, DPoP: proof },
  })
  const next = response.headers.get('DPoP-Nonce')
  if (next) await auth0.setDpopNonce(next, 'orders')
  // #endregion
  const sent = await readProof(page.api[0]?.headers.get('dpop') ?? '')
  expect(sent.claims).toMatchObject({ htu: url, htm: 'GET', ath: expect.any(String) })
  expect(await auth0.getDpopNonce('orders')).toBe('n1')
})

it('renews with a refresh token that is not replaced, and ends with the session', async ({
  page,
}) => {
  const { domain, clientId } = page
  // #region refreshTokenMode
  const auth0 = await createAuth0Client({
    domain,
    clientId,
    useRefreshTokens: true,
    useDpop: true,
    refreshTokenMode: 'online',
  })
  // #endregion
  await page.signIn(auth0)
  await auth0.getTokenSilently({ cacheMode: 'off' })
  expect(page.asked('authorize')[0]?.scope).toContain('online_access')
  expect(page.tenant.refreshTokens.map(({ status }) => status)).toEqual(['active'])
  page.tenant.signOut()
  await expect(auth0.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
    error: expect.stringMatching(/invalid_grant|login_required/),
  })
})
