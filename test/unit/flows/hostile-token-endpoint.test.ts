import { HttpResponse, http } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { GenericError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, tokenKeys } from '../../support/clients.ts'
import { network } from '../../support/network.ts'
import { createTestbed, grants, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const expectNothing = (): void => {
  expect(tokenKeys()).toEqual([])
  expect(document.cookie).not.toContain('is.authenticated')
}

describe('a token answer', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a type in small letters', { token_type: 'bearer' }],
    ['a type in odd letters', { token_type: 'bEARER' }],
    ['no lifetime', { expires_in: undefined }],
    ['no scope', { scope: undefined }],
    ['no type', { token_type: undefined }],
  ])('security 26, 27, M19: signs in with %s', async (_, answer) => {
    const client = createClient(stored)
    tenant.tokenResponse = answer
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
    expect(await client.getTokenSilently()).toMatch(/^access-token-/)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it.each<[string, Record<string, unknown>]>([
    ['the type mac', { token_type: 'mac' }],
    ['a type that is no text', { token_type: { toString: 'Bearer' } }],
    ['a lifetime below zero', { expires_in: -1 }],
    ['a lifetime that is no number', { expires_in: 'soon' }],
    ['an empty access token', { access_token: '' }],
    ['no access token', { access_token: undefined }],
    ['an access token that is no text', { access_token: ['at'] }],
  ])('security 26, 27, 28, M19, M20: with %s leaves nothing behind', async (_, answer) => {
    const client = createClient(stored)
    tenant.tokenResponse = answer
    const error = await signIn(client, tenant).catch(e => e)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({ error: 'request_error' })
    expect(await client.isAuthenticated()).toBe(false)
    expectNothing()
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('security 26, M20: in HTML is none, though its status is 200', async () => {
    const client = createClient(stored)
    tenant.intercept('token', () => HttpResponse.html('<h1>Sign in to the hotel</h1>'))
    await expect(signIn(client, tenant)).rejects.toMatchObject({ error: 'request_error' })
    expectNothing()
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it.each([301, 302, 303, 307, 308])(
    'security 21, M20: that redirects with %i takes no code elsewhere',
    async status => {
      const stolen: string[] = []
      network.use(
        http.all('https://evil.example.com/*', async ({ request }) => {
          stolen.push(await request.text())
          return HttpResponse.json({ access_token: 'evil' })
        }),
      )
      const headers = { Location: 'https://evil.example.com/token' }
      tenant.intercept('token', () => new HttpResponse(null, { status, headers }))
      const client = createClient(stored)
      await expect(signIn(client, tenant)).rejects.toMatchObject({ error: 'network_error' })
      expect(stolen).toEqual([])
      expectNothing()
    },
  )

  it.each([400, 401, 500, 503])(
    'security 24: of %i is final: the code is sent once',
    async status => {
      tenant.intercept('token', () => HttpResponse.json({}, { status }))
      await expect(signIn(createClient(), tenant)).rejects.toMatchObject({ error: 'request_error' })
      expect(grants(tenant, 'authorization_code')).toHaveLength(1)
    },
  )

  it('security 22, M11: that demands a secret is an error for the caller, who has none to give', async () => {
    const refusal = { error: 'invalid_client', error_description: 'Client authentication required' }
    tenant.intercept('token', () => HttpResponse.json(refusal, { status: 401 }))
    const secret = { clientSecret: 's3cret', client_secret: 's3cret' }
    const client = createClient({ ...stored, ...secret, authorizationParams: secret } as never)
    await expect(signIn(client, tenant)).rejects.toMatchObject({
      name: 'GenericError',
      error: 'invalid_client',
      message: refusal.error_description,
    })
    expect(tokenRequests(tenant)).toHaveLength(1)
    expect(Object.values(tokenRequests(tenant)[0] ?? {})).not.toContain('s3cret')
    const [request] = tenant.requestsTo('token')
    expect(request?.headers).toHaveProperty('content-type')
    expect(request?.headers).not.toHaveProperty('authorization')
    expectNothing()
  })
})
