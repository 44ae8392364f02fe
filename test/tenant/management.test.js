import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, openBrowser } from './support/browser.js'
import { manage } from './support/management.js'
import { newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

const OTHER_ID = 'https://other.example.com/app one'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant({
    clients: [
      { client_id: CLIENT_ID, origins: [APP] },
      { client_id: OTHER_ID, name: 'Other', origins: [APP], client_secret: 'very secret' },
    ],
  })
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

const CLIENT = `clients/${CLIENT_ID}`

/** @param {unknown} body */
const patch = body => manage(tenant, 'PATCH', CLIENT, { body })

/** @param {string} message */
const invalidBody = message => ({
  statusCode: 400,
  error: 'Bad Request',
  message: `Payload validation error: ${message}.`,
  errorCode: 'invalid_body',
})

/** @param {number} seconds */
const passTime = seconds => vi.setSystemTime(Date.now() + seconds * 1000)

describe('the management token', () => {
  it('is different after every start, unless it is given', async () => {
    const [one, other] = await Promise.all([
      startTenant({ managementToken: 'my-token' }),
      startTenant(),
    ])
    const { status } = await manage(one, 'GET', 'clients', { authorization: 'Bearer my-token' })
    await Promise.all([one.close(), other.close()])

    expect(status).toBe(200)
    expect(other.managementToken).not.toBe(tenant.managementToken)
    expect(other.managementToken.length).toBeGreaterThan(40)
  })

  it.each([
    ['', 'Missing authentication'],
    ['Basic abc', 'Missing authentication'],
    ['Bearer ', 'Missing authentication'],
    ['Bearer guess', 'Invalid token'],
  ])('is needed: "%s" is not enough, and nothing is changed', async (authorization, message) => {
    const before = await manage(tenant, 'GET', CLIENT)
    const refused = await manage(tenant, 'PATCH', CLIENT, { authorization, body: { name: 'x' } })

    expect(refused.status).toBe(401)
    expect(refused.body).toEqual({ statusCode: 401, error: 'Unauthorized', message })
    expect((await manage(tenant, 'GET', CLIENT)).body).toEqual(before.body)
  })

  it('is required before a response shows what exists', async () => {
    const answers = await Promise.all(
      [CLIENT, 'clients/stranger', 'elsewhere'].map(path =>
        manage(tenant, 'GET', path, { authorization: 'Bearer guess' }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  })

  it('prevents pages of other origins from reading a response', async () => {
    const headers = { authorization: `Bearer ${tenant.managementToken}`, origin: APP }
    const response = await fetch(`${tenant.url}/api/v2/clients`, { headers })

    expect(response.status).toBe(200)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
  })
})

describe('reading clients', () => {
  it('shows the effective settings of a client, also where it has no settings of its own', async () => {
    tenant.settings.leewaySeconds = 7
    const { status, body } = await manage(tenant, 'GET', CLIENT)

    expect(status).toBe(200)
    expect(body).toEqual({
      client_id: CLIENT_ID,
      name: CLIENT_ID,
      callbacks: [`${APP}/`],
      web_origins: [APP],
      allowed_origins: [APP],
      oidc_conformant: true,
      grant_types: [
        'authorization_code',
        'refresh_token',
        'password',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      token_endpoint_auth_method: 'none',
      refresh_token: {
        rotation_type: 'rotating',
        expiration_type: 'expiring',
        token_lifetime: 2_592_000,
        leeway: 7,
      },
    })
  })

  it('accepts any client id and never shows a secret', async () => {
    const { body } = await manage(tenant, 'GET', `clients/${encodeURIComponent(OTHER_ID)}`)
    const list = await manage(tenant, 'GET', 'clients')

    expect(body).toMatchObject({
      name: 'Other',
      client_id: OTHER_ID,
      token_endpoint_auth_method: 'client_secret_post',
    })
    expect(JSON.stringify([body, list.body])).not.toContain('very secret')
  })

  it('lists all, in pages, and with totals on request', async () => {
    const all = await manage(tenant, 'GET', 'clients')
    const second = await manage(tenant, 'GET', 'clients?per_page=1&page=1&include_totals=true')

    expect(all.body.map((/** @type {any} */ client) => client.client_id)).toEqual([
      CLIENT_ID,
      OTHER_ID,
    ])
    expect(second.body).toMatchObject({ start: 1, limit: 1, length: 1, total: 2 })
    expect(second.body.clients[0].client_id).toBe(OTHER_ID)
    expect((await manage(tenant, 'GET', 'clients?per_page=ten')).body).toMatchObject({
      statusCode: 400,
      errorCode: 'invalid_query_string',
    })
  })

  it('responds like Auth0 for a client that does not exist', async () => {
    for (const method of ['GET', 'PATCH']) {
      const { status, body } = await manage(tenant, method, 'clients/stranger', {
        ...(method === 'PATCH' && { body: {} }),
      })
      expect(status).toBe(404)
      expect(body).toEqual({
        statusCode: 404,
        error: 'Not Found',
        message: 'The client does not exist',
        errorCode: 'inexistent_client',
      })
    }
  })

  it('responds with JSON for unknown routes', async () => {
    expect((await manage(tenant, 'GET', 'users')).body).toMatchObject({ statusCode: 404 })
    expect((await manage(tenant, 'GET', `${CLIENT}/credentials`)).body).toMatchObject({
      statusCode: 404,
    })
    expect((await manage(tenant, 'DELETE', CLIENT)).body).toMatchObject({ statusCode: 405 })
    expect((await manage(tenant, 'GET', 'clients/%zz')).body).toMatchObject({ statusCode: 400 })
  })
})

describe('the refresh token settings of a client', () => {
  it('take the numbers of Auth0\'s example as texts, and its "reusable"', async () => {
    const rotating = await patch({
      refresh_token: {
        rotation_type: 'rotating',
        expiration_type: 'expiring',
        token_lifetime: '2592000',
        leeway: 3,
      },
    })
    const reusable = await patch({
      refresh_token: { rotation_type: 'reusable', expiration_type: 'non-expiring' },
    })

    expect(rotating.status).toBe(200)
    expect(rotating.body.refresh_token).toEqual({
      rotation_type: 'rotating',
      expiration_type: 'expiring',
      token_lifetime: 2_592_000,
      leeway: 3,
    })
    expect(reusable.body.refresh_token).toEqual({
      rotation_type: 'non-rotating',
      expiration_type: 'non-expiring',
      leeway: 0,
    })
    expect((await manage(tenant, 'GET', CLIENT)).body).toEqual(reusable.body)
  })

  it('apply from the next exchange: rotation', async () => {
    const rotating = { rotation_type: 'rotating', expiration_type: 'expiring' }
    await patch({ refresh_token: { ...rotating, rotation_type: 'non-rotating' } })
    const token = await newRefreshToken(tenant)
    const kept = await refresh(tenant, token)
    await patch({ refresh_token: rotating })
    const swapped = await refresh(tenant, token)

    expect(kept.status).toBe(200)
    expect(kept.body).not.toHaveProperty('refresh_token')
    expect(swapped.body.refresh_token).toBeTruthy()
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('apply from the next exchange: leeway and lifetime', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const settings = { rotation_type: 'rotating', expiration_type: 'expiring' }
    await patch({ refresh_token: { ...settings, token_lifetime: 100, leeway: '60' } })
    const first = await newRefreshToken(tenant)
    await refresh(tenant, first)
    passTime(50)
    const forgiven = await refresh(tenant, first)
    passTime(51)

    expect(forgiven.status).toBe(200)
    expect(await refresh(tenant, forgiven.body.refresh_token)).toEqual(UNUSABLE)
    expect(tenant.events.at(-1)).toMatchObject({ type: 'refresh_token_expired' })
  })

  it('do not affect other clients, and are reset to those of the tenant with null', async () => {
    await patch({ refresh_token: { rotation_type: 'non-rotating', expiration_type: 'expiring' } })
    const other = await manage(tenant, 'GET', `clients/${encodeURIComponent(OTHER_ID)}`)
    const own = await patch({ refresh_token: null })

    expect(other.body.refresh_token.rotation_type).toBe('rotating')
    expect(own.body.refresh_token.rotation_type).toBe('rotating')
  })

  it.each([
    ['rotation_type', 'sometimes'],
    ['expiration_type', true],
    ['token_lifetime', 0],
    ['token_lifetime', '7776001'],
    ['token_lifetime', 1.5],
    ['leeway', -1],
    ['leeway', 'soon'],
    ['idle_token_lifetime', 'never'],
    ['colour', 'blue'],
    ['policies', {}],
    ['policies.0', [{ audience: 'urn::x' }]],
  ])('refuse %s as %j, name it, and change nothing', async (path, value) => {
    const before = await manage(tenant, 'GET', CLIENT)
    const [property = ''] = path.split('.')
    const settings = { rotation_type: 'non-rotating', expiration_type: 'expiring' }
    const { status, body } = await patch({
      name: 'changed',
      refresh_token: { ...settings, [property]: value },
    })

    expect(status).toBe(400)
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request', errorCode: 'invalid_body' })
    expect(body.message).toMatch(/^Payload validation error: /)
    expect(body.message).toContain(`on property refresh_token.${path}.`)
    expect((await manage(tenant, 'GET', CLIENT)).body).toEqual(before.body)
  })

  it.each([[], 'rotating', 3])('refuse %j in their place', async value => {
    const { status, body } = await patch({ refresh_token: value })

    expect(status).toBe(400)
    expect(body.message).toContain('on property refresh_token.')
  })
})

describe('changing other things of a client', () => {
  it('changes the origins of the application from the next request', async () => {
    const [home, callback] = ['http://localhost:5000', 'http://localhost:6000/back']
    const { body } = await patch({ name: 'New', web_origins: [home], callbacks: [callback] })
    const old = await openBrowser(tenant).authorize({ redirect_uri: `${APP}/callback` })
    const { left } = await openBrowser(tenant).authorize({ redirect_uri: callback })
    const cors = await fetch(`${tenant.url}/oauth/token`, {
      method: 'OPTIONS',
      headers: { origin: home },
    })

    expect(body).toMatchObject({
      name: 'New',
      callbacks: [callback],
      web_origins: [home, 'http://localhost:6000'],
    })
    expect(old.left).toBeUndefined()
    expect(left?.href.startsWith(`${callback}?code=`)).toBe(true)
    expect(cors.headers.get('access-control-allow-origin')).toBe(home)
  })

  it('removes a grant type', async () => {
    await patch({ grant_types: ['authorization_code'] })
    const fields = { grant_type: 'password', username: 'ada@example.com', password: 'lovelace' }
    const response = await post(tenant, '/oauth/token', fields)

    expect(response.status).toBe(403)
    expect((await response.json()).error).toBe('unauthorized_client')
  })

  it.each([
    [{ name: '' }, "'must be a text' on property name"],
    [{ oidc_conformant: 'yes' }, "'must be true or false' on property oidc_conformant"],
    [{ grant_types: 'password' }, "'must be a list' on property grant_types"],
    [{ web_origins: [] }, "'must not be empty' on property web_origins"],
    [
      { colour: 1, client_secret: 'x' },
      "'Additional properties not allowed: colour, client_secret'",
    ],
    [{ client_id: 'x' }, "'Additional properties not allowed: client_id'"],
    [[], "'Expected type object'"],
  ])('refuses %j', async (body, message) => {
    const answer = await patch(body)

    expect(answer.status).toBe(400)
    expect(answer.body).toEqual(invalidBody(message))
  })

  it.each([
    [{ web_origins: ['http://localhost:4000/'] }, 'web_origins.0'],
    [{ callbacks: ['http://localhost:4000/', 'javascript:alert(1)'] }, 'callbacks.1'],
    [{ grant_types: ['authorization_code', 'implicit'] }, 'grant_types.1'],
  ])('refuses %j, and says which one', async (body, path) => {
    const answer = await patch(body)

    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain(`on property ${path}.`)
  })

  it('refuses a body that is not JSON', async () => {
    expect(await patch('{"name":')).toMatchObject({
      status: 400,
      body: { statusCode: 400, message: 'Invalid request payload JSON format' },
    })
  })
})
