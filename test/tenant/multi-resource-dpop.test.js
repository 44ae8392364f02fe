import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { startApi } from './support/api.js'
import { APP, CLIENT_ID } from './support/browser.js'
import { createDpopKey } from './support/dpop.js'
import { INVALID_PROOF, openDpopApp } from './support/dpop-app.js'
import { readJwt } from './support/tokens.js'

const OWN = 'https://own.example.com/'
const READ = 'https://read.example.com/'
const WRITE = 'https://write.example.com/'

// The first one loads the engine and creates a key, which takes longer than a test may.
beforeAll(async () => (await startTenant()).close(), 60_000)

/** @type {import('./support/browser.js').Tenant} */
let tenant
/** @type {Awaited<ReturnType<typeof openDpopApp>>} */
let app
beforeEach(async () => {
  const policies = [
    { audience: READ, scope: ['read:messages'] },
    { audience: WRITE, scope: ['write:messages'] },
  ]
  tenant = await startTenant({
    clients: [{ client_id: CLIENT_ID, origins: [APP], refresh_token: { policies } }],
  })
  app = await openDpopApp(tenant)
})
afterEach(() => tenant.close())

/** The scopes of all APIs, as a client with a record of scopes asks for them. */
const SCOPE = 'openid profile read:own read:messages write:messages'

/** @param {string} session `offline_access` or `online_access` */
const logIn = session => app.logIn({ audience: OWN, scope: `${SCOPE} ${session}` })

/** @param {string} token */
const claimsOf = token => readJwt(token).claims

describe('a bound refresh token that is exchanged for another API', () => {
  it('gives an access token that is bound to the same key and that the API accepts', async () => {
    const { refresh_token } = await logIn('offline_access')
    const { status, body } = await app.refresh(refresh_token, { fields: { audience: READ } })
    const api = await startApi(tenant, { audience: READ })
    const dpop = await app.key.prove(`${api.url}/api/private-scoped`, {
      htm: 'GET',
      accessToken: body.access_token,
    })
    const authorization = `DPoP ${body.access_token}`
    const answer = await api.ask('/api/private-scoped', { authorization, dpop })
    await api.close()

    expect(status).toBe(200)
    expect(body.token_type).toBe('DPoP')
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: [READ, `${tenant.url}/userinfo`],
      cnf: { jkt: app.key.thumbprint },
    })
    expect(answer.status).toBe(200)
  })

  it('is not spent by a request without a proof or with one by another key', async () => {
    const { refresh_token } = await logIn('offline_access')
    const stranger = await createDpopKey()
    const fields = { grant_type: 'refresh_token', refresh_token, audience: READ }

    expect(await app.send(fields, undefined)).toMatchObject(INVALID_PROOF)
    expect(await app.send(fields, await stranger.prove(app.tokenUrl))).toMatchObject(INVALID_PROOF)
    expect((await app.refresh(refresh_token, { fields: { audience: READ } })).status).toBe(200)
  })

  it('answers with fewer scopes than were asked for where the policy leaves some out', async () => {
    const { refresh_token } = await logIn('offline_access')
    const scope = 'openid profile offline_access read:messages write:messages'
    const read = await app.refresh(refresh_token, { fields: { audience: READ, scope } })
    const write = await app.refresh(read.body.refresh_token, { fields: { audience: WRITE, scope } })

    expect(read.body.scope).toBe('openid profile offline_access read:messages')
    expect(claimsOf(read.body.access_token).scope).toBe(read.body.scope)
    expect(write.body.scope).toBe('openid profile offline_access write:messages')
  })

  it('serves all APIs one after the other, and its own as before', async () => {
    const login = await logIn('offline_access')
    let token = login.refresh_token
    for (const audience of [READ, WRITE, OWN, READ]) {
      const { status, body } = await app.refresh(token, { fields: { audience } })
      expect(status).toBe(200)
      expect(claimsOf(body.access_token).aud).toContain(audience)
      token = body.refresh_token
    }
  })

  it('serves two APIs at the same time within the leeway', async () => {
    tenant.settings.leewaySeconds = 30
    const { refresh_token } = await logIn('offline_access')
    const answers = await Promise.all(
      [READ, WRITE].map(audience => app.refresh(refresh_token, { fields: { audience } })),
    )

    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(answers.map(({ body }) => [claimsOf(body.access_token).aud].flat()[0])).toEqual([
      READ,
      WRITE,
    ])
  })

  it('keeps the login of a step-up for every API', async () => {
    const scope = `${SCOPE} offline_access`
    const login = await app.logIn({ audience: OWN, scope, acr_values: 'urn:example:gold' })
    const { body } = await app.refresh(login.refresh_token, { fields: { audience: READ } })

    expect(claimsOf(body.access_token)).toMatchObject({
      acr: 'urn:example:gold',
      auth_time: claimsOf(login.access_token).auth_time,
    })
  })
})

describe('online access that is exchanged for another API', () => {
  it('needs no new refresh token, and keeps its scope', async () => {
    const { refresh_token } = await logIn('online_access')
    const scope = 'openid online_access read:messages write:messages'
    for (const [audience, granted] of [
      [READ, 'openid online_access read:messages'],
      [WRITE, 'openid online_access write:messages'],
    ]) {
      const fields = { audience: audience ?? '', scope }
      const { status, body } = await app.refresh(refresh_token, { fields })
      expect(status).toBe(200)
      expect(body.scope).toBe(granted)
      expect(body).not.toHaveProperty('refresh_token')
      expect(claimsOf(body.access_token).cnf).toEqual({ jkt: app.key.thumbprint })
    }
  })
})
