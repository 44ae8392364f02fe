import { HttpResponse, http } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, REDIRECT_URI, storedEntries } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { CLIENT_ID, createTestbed, DOMAIN } from '../../support/testbed.ts'

let tenant: TestTenant
let revoked: Record<string, string>[]
let answer: () => Response
beforeEach(() => {
  tenant = createTestbed()
  revoked = []
  answer = () => new HttpResponse(null, { status: 200 })
  network.use(
    http.post(`https://${DOMAIN}/oauth/revoke`, async ({ request }) => {
      revoked.push(Object.fromEntries(new URLSearchParams(await request.text())))
      return answer()
    }),
  )
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const heldTokens = () => Object.values(storedEntries()).map(({ body }) => body.refresh_token)

describe('revokeRefreshToken', () => {
  it('security 70: revokes the token of the audience, strips it, and keeps user and access token', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const [token] = heldTokens()
    await client.revokeRefreshToken()
    expect(revoked).toEqual([{ client_id: CLIENT_ID, token_type_hint: 'refresh_token', token }])
    expect(heldTokens()).toEqual([undefined])
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(await client.isAuthenticated()).toBe(true)
  })

  it.each(['openid urn::read::all', 'urn::read'])(
    'revokes the token of an entry with the scope %j',
    async scope => {
      const client = createClient({
        ...stored,
        authorizationParams: { audience: 'urn::api', scope },
      })
      await signIn(client, tenant)
      const [token] = heldTokens()
      await client.revokeRefreshToken()
      expect(revoked.map(fields => fields.token)).toEqual([token])
      expect(heldTokens()).toEqual([undefined])
    },
  )

  it('leaves the tokens of other audiences', async () => {
    const client = createClient(stored)
    await signIn(client, tenant, { authorizationParams: { audience: 'api-1' } })
    await signIn(client, tenant, { authorizationParams: { audience: 'api-2' } })
    await client.revokeRefreshToken({ audience: 'api-1' })
    expect(revoked).toHaveLength(1)
    expect(heldTokens().filter(Boolean)).toHaveLength(1)
  })

  it('does nothing without refresh tokens, and nothing when none is held', async () => {
    await createClient().revokeRefreshToken()
    await createClient(stored).revokeRefreshToken()
    expect(revoked).toEqual([])
  })

  it.each([
    [
      () =>
        HttpResponse.json({ error: 'invalid_client', error_description: 'No.' }, { status: 401 }),
      'invalid_client',
      'No.',
    ],
    [
      () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 }),
      'revoke_error',
      'HTTP error 502',
    ],
  ])('throws the failure and keeps the token', async (failure, error, message) => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const before = heldTokens()
    answer = failure
    await expect(client.revokeRefreshToken()).rejects.toMatchObject({ error, message })
    expect(heldTokens()).toEqual(before)
    expect(revoked).toHaveLength(1)
  })
})

describe('the URL builders of 1.x', () => {
  it('builds the URL of a login that the callback then finishes', async () => {
    const client = createClient()
    const url = await client.buildAuthorizeUrl({ appState: 1, fragment: 'f' })
    expect(url).toMatch(/#f$/)
    const result = await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(result.appState).toBe(1)
    expect(new URL(url).searchParams.get('redirect_uri')).toBe(REDIRECT_URI)
  })

  it('builds the URL of a logout at once, and forgets nothing', async () => {
    const client = createClient()
    await signIn(client, tenant)
    const url = client.buildLogoutUrl({ logoutParams: { returnTo: 'https://app.example.com/' } })
    expect(new URL(url).searchParams.get('returnTo')).toBe('https://app.example.com/')
    expect(await client.isAuthenticated()).toBe(true)
  })
})
