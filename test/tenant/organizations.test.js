import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, CLIENTS, openBrowser } from './support/browser.js'
import { fieldsOf } from './support/form.js'
import { logIn, refresh } from './support/token-client.js'

const GRACE = { sub: 'auth0|grace', email: 'grace@example.com', password: 'hopper' }
const ORGANIZATIONS = [
  { id: 'org_acme', name: 'acme', display_name: 'ACME', members: ['ADA@example.com'] },
  { id: 'org_navy', name: 'navy', members: [GRACE.sub] },
  { id: 'org_open', name: 'open' },
]
const AUDIENCE = 'https://api.example.com/'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant({
    ...CLIENTS,
    users: [{ sub: 'auth0|ada', ...ADA }, GRACE],
    organizations: ORGANIZATIONS,
  })
})
afterAll(() => tenant.close())

/** @param {string} organization */
const answerFor = async organization =>
  (await openBrowser(tenant).authorize({ organization })).answer

describe('configured organizations', () => {
  it.each(['org_acme', 'acme', 'Acme'])(
    'let a member in by %s, and tokens name id and name, also after a refresh',
    async organization => {
      const scope = 'openid offline_access'
      const first = await logIn(tenant, { organization, audience: AUDIENCE, scope })
      const { body: second } = await refresh(tenant, first.refresh_token)

      for (const { id_token, access_token } of [first, second]) {
        for (const token of [id_token, access_token]) {
          expect(decodeJwt(token)).toMatchObject({ org_id: 'org_acme', org_name: 'acme' })
        }
      }
    },
  )

  it('without a list of members accept every user', async () => {
    expect(await answerFor('org_open')).toHaveProperty('code')
  })

  it('reject a user who is not a member, and inform the application', async () => {
    expect(await answerFor('navy')).toMatchObject({
      error: 'access_denied',
      error_description: 'user auth0|ada is not part of the org_navy organization',
    })
  })

  it('reject a browser that is signed in as another user, unless it signs in again', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const refused = await browser.authorize({ organization: 'navy' })
    const silent = await browser.authorizeSilently({ organization: 'navy' })
    const { url } = browser.authorizeUrl({ organization: 'navy', prompt: 'login' })
    const { response } = await browser.follow(url)
    const change = await browser.submit(response, GRACE)
    // The engine ends the other user's session first, by a page that submits itself.
    const html = await change.response.clone().text()
    const { left } = await browser.submit(change.response, fieldsOf(html))

    expect(refused.answer.error).toBe('access_denied')
    expect(silent.message.response.error).toBe('access_denied')
    expect(left?.searchParams.get('code')).toBeTruthy()
  })

  it.each(['org_nobody', 'nobody'])('refuse the request for %s', async organization => {
    expect(await answerFor(organization)).toMatchObject({
      error: 'invalid_request',
      error_description: 'parameter organization is invalid',
    })
  })

  it('do not affect a login without an organization', async () => {
    const { id_token, access_token } = await logIn(tenant, { audience: AUDIENCE })

    for (const token of [id_token, access_token]) {
      expect(decodeJwt(token)).not.toHaveProperty('org_id')
      expect(decodeJwt(token)).not.toHaveProperty('org_name')
    }
  })
})

describe('the list of organizations', () => {
  it.each([
    ['an id of another form', [{ id: 'acme', name: 'acme' }], 'does not begin with org_'],
    ['a name that would pass for an id', [{ id: 'org_a', name: 'org_a' }], 'The name of'],
    ['a name in capitals', [{ id: 'org_a', name: 'Acme' }], 'lower case'],
    [
      'one name twice',
      [
        { id: 'org_a', name: 'acme' },
        { id: 'org_b', name: 'acme' },
      ],
      'the same name',
    ],
  ])('may not hold %s', async (_, organizations, message) => {
    await expect(startTenant({ ...CLIENTS, organizations })).rejects.toThrow(message)
  })
})
