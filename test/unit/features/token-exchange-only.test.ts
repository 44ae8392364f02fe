import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Auth0Client } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient } from '../../support/clients.ts'
import { lastWorker, stubWorker } from '../../support/fake-worker.ts'
import { activeRefreshTokens, DOMAIN } from '../../support/testbed.ts'
import {
  ADA,
  acceptAgain,
  createExchangeTestbed,
  exchangesAt,
  graceToken,
  snapshot,
  subject,
} from '../../support/token-exchange.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
const inMemory = { useRefreshTokens: true } as const
const off = { cacheMode: 'off' } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createExchangeTestbed()
})
afterEach(() => vi.unstubAllGlobals())

describe('customTokenExchange', () => {
  const whole = { ...graceToken, audience: 'api' }

  it.each([
    ['no user is signed in', async () => {}],
    ['a user is signed in', (client: Auth0Client) => signIn(client, tenant)],
  ])('returns the whole response and changes nothing while %s', async (_, prepare) => {
    const client = createClient(stored)
    await prepare(client)
    const before = snapshot()
    const user = await client.getUser()
    const response = await client.customTokenExchange(whole)
    expect(response).toEqual({
      access_token: expect.any(String),
      id_token: expect.any(String),
      refresh_token: activeRefreshTokens(tenant).at(-1),
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'openid profile email offline_access',
    })
    expect(snapshot()).toEqual(before)
    expect(await client.getUser()).toBe(user)
  })

  it('tells no other tab', async () => {
    const channel = new BroadcastChannel('auth0.sessions')
    const heard: unknown[] = []
    channel.onmessage = ({ data }) => heard.push(data)
    const client = createClient(stored)
    await client.customTokenExchange(whole)
    // What is announced first after it is the login that follows.
    await client.loginWithCustomTokenExchange(subject)
    await expect.poll(() => heard).toMatchObject([{ type: 'signed_in', sub: ADA.sub }])
    channel.close()
  })

  it('needs no ID token, and verifies one that comes', async () => {
    const client = createClient(stored)
    tenant.tokenResponse = { id_token: undefined }
    expect(await client.customTokenExchange(whole)).not.toHaveProperty('id_token')
    expect(tenant.requestsTo('jwks')).toEqual([])
    acceptAgain(tenant)
    tenant.idTokenClaims = { aud: 'other' }
    await expect(client.customTokenExchange(whole)).rejects.toMatchObject({
      error: 'invalid_token',
    })
    acceptAgain(tenant)
    tenant.transformIdToken = token => `${token.slice(0, -8)}AAAAAAAA`
    await expect(client.customTokenExchange(whole)).rejects.toMatchObject({
      error: 'invalid_token',
      message: expect.stringMatching(/signature/),
    })
  })

  it('compares the organization of the call only, not that of the client', async () => {
    const client = createClient({ ...stored, authorizationParams: { organization: 'org_1' } })
    tenant.idTokenClaims = { org_id: undefined }
    await client.customTokenExchange(whole)
    expect(exchangesAt(tenant)[0]).toMatchObject({ organization: 'org_1' })
    for (const claims of [{ org_id: undefined }, { org_id: 'org_2' }]) {
      tenant.idTokenClaims = claims
      await expect(
        client.customTokenExchange({ ...whole, organization: 'org_1' }),
      ).rejects.toMatchObject({ error: 'invalid_token' })
    }
    tenant.idTokenClaims = { org_id: undefined, org_name: 'acme' }
    await client.customTokenExchange({ ...whole, organization: 'Acme' })
  })

  it('leaves no refresh token in the worker, which posts none to the page', async () => {
    stubWorker()
    const client = createClient(inMemory)
    await signIn(client, tenant)
    const worker = lastWorker()
    const posted = worker.posted.length
    const response = await client.customTokenExchange(whole)
    expect(response).not.toHaveProperty('refresh_token')
    expect(worker.references()).toHaveLength(1)
    expect(JSON.stringify(worker.posted.slice(posted))).not.toContain('refresh_token')
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
    expect(await client.getUser()).toMatchObject(ADA)
  })

  it('leaves the refresh token of the session where the tenant returns the same one', async () => {
    stubWorker()
    tenant.rotation = false
    const client = createClient(inMemory)
    await signIn(client, tenant)
    tenant.tokenResponse = { refresh_token: activeRefreshTokens(tenant)[0] }
    await client.customTokenExchange(whole)
    acceptAgain(tenant)
    expect(await client.getTokenSilently(off)).toMatch(/^access-token-/)
  })

  it('sends the request to the token endpoint of the tenant alone', async () => {
    await createClient().customTokenExchange(whole)
    expect(tenant.requestsTo('token')).toHaveLength(1)
    expect(tenant.endpoints.token).toBe(`https://${DOMAIN}/oauth/token`)
  })
})
