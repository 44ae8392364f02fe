import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENTS, openBrowser } from './support/browser.js'
import { redeemCode } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterAll(() => tenant.close())

describe('prompt=none with response_mode=web_message', () => {
  it('responds with login_required and the state before a user has signed in', async () => {
    const { response, message, request } = await openBrowser(tenant).authorizeSilently()

    expect(response.status).toBe(200)
    expect(message.response).toMatchObject({ error: 'login_required', state: request.state })
    expect(message.response).not.toHaveProperty('code')
    expect(message.redirect_uri).toBe(APP)
  })

  it('answers a code after a login, without another page in between', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { response, message, verifier, request } = await browser.authorizeSilently()

    expect(response.status).toBe(200)
    expect(message.response.state).toBe(request.state)
    const { code } = message.response
    const { status, body } = await redeemCode(tenant, { code, verifier, redirectUri: APP })
    expect(status).toBe(200)
    expect(body.id_token).toBeTruthy()
  })

  it('grants a refresh token and an audience without asking', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { message, verifier } = await browser.authorizeSilently({
      scope: 'openid offline_access read:things',
      audience: 'https://api.example.com/',
    })
    const { code } = message.response
    const { body } = await redeemCode(tenant, { code, verifier, redirectUri: APP })

    expect(body.refresh_token).toBeTruthy()
    expect(body.scope.split(' ').sort()).toEqual(['offline_access', 'openid', 'read:things'])
  })

  it('answers login_required when the login is older than max_age allows', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { message } = await browser.authorizeSilently({ max_age: '0' })

    expect(message.response.error).toBe('login_required')
  })

  it('may be framed by the pages of the client and by no others', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { response } = await browser.authorizeSilently()
    const policy = response.headers.get('content-security-policy')

    expect(response.headers.has('x-frame-options')).toBe(false)
    expect(policy).toContain(`frame-ancestors ${APP}`)
    expect(policy).toMatch(/script-src 'sha256-[^']+'/)
  })

  it('gives parallel requests of one browser a code each', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const requests = Array.from({ length: 5 }, (_, index) =>
      browser.authorizeSilently({ organization: `org_${index}` }),
    )
    const answers = await Promise.all(requests)
    const organizations = await Promise.all(
      answers.map(async ({ message, verifier }) => {
        const { code } = message.response
        const { body } = await redeemCode(tenant, { code, verifier, redirectUri: APP })
        return JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString())
          .org_id
      }),
    )

    expect(organizations).toEqual(['org_0', 'org_1', 'org_2', 'org_3', 'org_4'])
  })
})

describe('prompt=none with response_mode=query', () => {
  it('redirects with login_required and the state', async () => {
    const browser = openBrowser(tenant)
    const { url, request } = browser.authorizeUrl({ prompt: 'none' })
    const { left } = await browser.follow(url)

    expect(left?.searchParams.get('error')).toBe('login_required')
    expect(left?.searchParams.get('state')).toBe(request.state)
  })
})
