import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, openBrowser } from './support/browser.js'
import { post } from './support/token-client.js'

const SERVER_APP = 'server-app'
const SECRET = 'a secret: with % and + in it'
const LOOSE_APP = 'loose-app'
const STRICT_APP = 'strict-app'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant({
    clients: [
      { client_id: SERVER_APP, origins: [APP], client_secret: SECRET },
      { client_id: STRICT_APP, origins: [APP], client_secret: SECRET, require_pkce: true },
      { client_id: LOOSE_APP, origins: [APP], require_pkce: false },
    ],
  })
})
afterAll(() => tenant.close())

/**
 * Signs in without a PKCE challenge.
 *
 * @param {string} clientId
 */
const authorize = async clientId => {
  const { answer } = await openBrowser(tenant).authorize({
    client_id: clientId,
    scope: 'openid offline_access',
    code_challenge: '',
    code_challenge_method: '',
  })
  return answer
}

/**
 * @param {Record<string, string>} fields
 * @param {string} [authorization]
 */
const ask = async (fields, authorization) => {
  const response = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams(fields),
  })
  return { status: response.status, body: await response.json() }
}

/** @param {string} code */
const codeFields = code => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: `${APP}/callback`,
})

/** @param {string} secret RFC 6749 section 2.3.1: form-encoded, then Base64 */
const basic = secret =>
  `Basic ${Buffer.from(`${SERVER_APP}:${encodeURIComponent(secret)}`).toString('base64')}`

describe('a client with a secret', () => {
  it('signs in by a code without PKCE, and its refresh tokens rotate', async () => {
    const { code = '' } = await authorize(SERVER_APP)
    const own = { client_id: SERVER_APP, client_secret: SECRET }
    const { status, body } = await ask({ ...own, ...codeFields(code) })
    const renew = (/** @type {string} */ token) =>
      ask({ ...own, grant_type: 'refresh_token', refresh_token: token })
    const renewed = await renew(body.refresh_token)
    const replayed = await renew(body.refresh_token)

    expect(status).toBe(200)
    expect(renewed.status).toBe(200)
    expect(renewed.body.refresh_token).not.toBe(body.refresh_token)
    expect(replayed.body.error).toBe('invalid_grant')
    expect((await renew(renewed.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('may prove itself in the header as well', async () => {
    const { code = '' } = await authorize(SERVER_APP)

    expect((await ask(codeFields(code), basic(SECRET))).status).toBe(200)
  })

  it.each([
    ['no secret', { client_id: SERVER_APP }, undefined],
    ['a wrong secret', { client_id: SERVER_APP, client_secret: 'guess' }, undefined],
    ['a wrong secret in the header', {}, basic('guess')],
  ])('gets nothing with %s, and the code stays good', async (_, fields, authorization) => {
    const { code = '' } = await authorize(SERVER_APP)
    const refused = await ask({ ...fields, ...codeFields(code) }, authorization)

    expect(refused.status).toBe(401)
    expect(refused.body.error).toBe('invalid_client')
    expect((await ask(codeFields(code), basic(SECRET))).status).toBe(200)
  })

  it('proves itself to the revocation endpoint, too', async () => {
    const { code = '' } = await authorize(SERVER_APP)
    const { body } = await ask(codeFields(code), basic(SECRET))
    const fields = { client_id: SERVER_APP, token: body.refresh_token }
    const anonymous = await post(tenant, '/oauth/revoke', fields)
    const proven = await post(tenant, '/oauth/revoke', { ...fields, client_secret: SECRET })

    expect([anonymous.status, proven.status]).toEqual([401, 200])
    const renew = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
    expect((await ask(renew, basic(SECRET))).body.error).toBe('invalid_grant')
  })

  it('needs PKCE all the same where require_pkce says so', async () => {
    expect(await authorize(STRICT_APP)).toMatchObject({ error: 'invalid_request' })
  })
})

describe('a public client', () => {
  it('signs in by a code without PKCE where require_pkce is false', async () => {
    const { code = '' } = await authorize(LOOSE_APP)
    const { status, body } = await ask({ client_id: LOOSE_APP, ...codeFields(code) })

    expect(status).toBe(200)
    expect(body.refresh_token).toBeTruthy()
  })

  it('still needs the verifier of a challenge it has sent', async () => {
    const { answer } = await openBrowser(tenant).authorize({ client_id: LOOSE_APP })
    const { status, body } = await ask({ client_id: LOOSE_APP, ...codeFields(answer.code ?? '') })

    expect(status).toBe(400)
    expect(body.error).toBe('invalid_grant')
  })

  it('is refused a secret it does not have', async () => {
    const { code = '' } = await authorize(LOOSE_APP)
    const fields = { client_id: LOOSE_APP, client_secret: 'x', ...codeFields(code) }

    expect((await ask(fields)).status).toBe(401)
  })

  it('is sent back with unauthorized_client when it may not use codes', async () => {
    tenant.clients.push({ client_id: 'password-only', origins: [APP], grant_types: ['password'] })
    const { answer } = await openBrowser(tenant).authorize({ client_id: 'password-only' })

    expect(answer).toMatchObject({
      error: 'unauthorized_client',
      error_description: "Grant type 'authorization_code' not allowed for the client.",
    })
    expect(answer).not.toHaveProperty('code')
  })

  it('is granted no offline_access when it may not use refresh tokens', async () => {
    const client = { client_id: 'no-refresh', origins: [APP], grant_types: ['authorization_code'] }
    tenant.clients.push({ ...client, require_pkce: false })
    const { code = '' } = await authorize('no-refresh')
    const { body } = await ask({ client_id: 'no-refresh', ...codeFields(code) })

    expect(body.scope).toBe('openid')
    expect(body).not.toHaveProperty('refresh_token')
  })
})
