import { beforeEach, describe, expect, it } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient } from '../../support/clients.ts'
import { createTestbed, grants, tokenRequests } from '../../support/testbed.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

/** Sends every token response with other headers or in another form. */
const answerAs = (write: (body: string) => Response): void =>
  tenant.intercept('token', async (_, respond) => write((await respond()).body ?? ''))

const withType = (type: string | undefined) => (body: string) => {
  const response = new Response(body, { headers: { 'access-control-allow-origin': '*' } })
  response.headers.delete('content-type')
  if (type) response.headers.set('content-type', type)
  return response
}

/** A response with other members, and without those that are `undefined`. */
const withMembers = (members: object) => (body: string) =>
  Response.json({ ...JSON.parse(body), ...members })

describe('a token response', () => {
  it.each<[string, (body: string) => Response]>([
    ['with a charset', withType('application/json; charset=utf-8')],
    ['with another type of content', withType('text/plain')],
    ['without a type of content', withType(undefined)],
    ['with a byte order mark', body => withType('application/json')(`\ufeff${body}`)],
    ['with white space around it', body => withType('application/json')(`\r\n ${body}\n`)],
    ['with a lifetime as text', withMembers({ expires_in: '86400' })],
    ['without a lifetime', withMembers({ expires_in: undefined })],
    ['with the type in capitals', withMembers({ token_type: 'BEARER' })],
    ['without a type', withMembers({ token_type: undefined })],
    ['without a scope', withMembers({ scope: undefined })],
    ['with a scope of null', withMembers({ scope: null })],
  ])('%s signs in and is cached', async (_, write) => {
    answerAs(write)
    const client = createClient(stored)
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
    expect(await client.getTokenSilently()).toBeTruthy()
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('may contain an ID token with an array of audiences', async () => {
    tenant.idTokenClaims = { aud: ['client-1'] }
    const client = createClient()
    await signIn(client, tenant)
    expect(await client.isAuthenticated()).toBe(true)
  })
})

describe('names with special characters', () => {
  it.each<[string, { audience?: string; scope?: string }]>([
    ['a scope with `::`', { scope: 'urn::read::all api::write' }],
    ['an audience with `::`', { audience: 'urn::api::x' }],
    ['both', { audience: 'urn::api', scope: 'a::b' }],
    ['an audience with every kind of sign', { audience: 'https://api.example/?a=b&c;d,e "ü"#%25' }],
  ])('are found again after a reload, and renewed: %s', async (_, authorizationParams) => {
    await signIn(createClient(stored), tenant, { authorizationParams })
    const reloaded = createClient(stored)
    expect(await reloaded.getTokenSilently({ authorizationParams })).toBeTruthy()
    expect(tokenRequests(tenant)).toHaveLength(1)
    await reloaded.getTokenSilently({ cacheMode: 'off', authorizationParams })
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    await reloaded.revokeRefreshToken({ audience: authorizationParams.audience ?? '' })
    expect(tenant.requestsTo('revoke')).toHaveLength(1)
  })

  it('in an entry that auth0-spa-js 1.x reduced to its refresh token: its key names the slot', async () => {
    const authorizationParams = { scope: 'a::b' }
    await signIn(createClient(stored), tenant, { authorizationParams })
    const [key = ''] = Object.keys(localStorage).filter(each => each.includes('a::b'))
    const { body, expiresAt } = JSON.parse(localStorage.getItem(key) ?? '')
    const { refresh_token } = body
    localStorage.setItem(
      key,
      JSON.stringify({ body: { refresh_token }, expiresAt: expiresAt - 1e6 }),
    )
    expect(await createClient(stored).getTokenSilently({ authorizationParams })).toBeTruthy()
    expect(grants(tenant, 'refresh_token').map(each => each.refresh_token)).toEqual([refresh_token])
  })

  it.each(['app::1', 'app=1; x', 'app/ü%25', 'app,"1"'])(
    'in a client id (%s) sign in, are restored, and sign out',
    async clientId => {
      const other = createTestbed({ clientId })
      const create = () => createClient({ ...stored, clientId })
      await signIn(create(), other)
      expect(document.cookie).not.toBe('')
      const reloaded = create()
      await reloaded.checkSession()
      expect(await reloaded.isAuthenticated()).toBe(true)
      await reloaded.logout({ openUrl: false })
      expect(await create().isAuthenticated()).toBe(false)
      expect(document.cookie).toBe('')
    },
  )

  it('in an organization are kept in the cookie for the next frame', async () => {
    const organization = 'acme; ü=%25'
    tenant.idTokenClaims = { org_name: organization }
    const client = createClient()
    await signIn(client, tenant, { authorizationParams: { organization } })
    expect(decodeURIComponent(document.cookie)).toContain(JSON.stringify(organization))
  })
})
