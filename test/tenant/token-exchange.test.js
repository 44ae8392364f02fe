import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfigFile } from '../../examples/tenant/settings/config-file.js'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { openDpopApp } from './support/dpop-app.js'
import { manage } from './support/management.js'
import { post, refresh } from './support/token-client.js'
import { readJwt } from './support/tokens.js'

/** @typedef {import('../../examples/tenant/start-tenant.js').TenantOptions} TenantOptions */
/** @typedef {import('../../examples/tenant/settings/token-exchange.js').TokenExchangeRequest} TokenExchangeRequest */

// The first one loads the engine and creates a key, which takes longer than a test may.
beforeAll(async () => (await startTenant()).close(), 60_000)

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
  cleanups = []
})

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const LEGACY = 'urn:example:legacy'
const API = 'https://api.example.com/'

/** @param {TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({
    ...CLIENTS,
    tokenExchange: { [LEGACY]: () => ({ sub: 'auth0|ada' }) },
    ...options,
  })
  cleanups.push(tenant.close)

  /** @param {Record<string, string>} [fields] */
  const exchange = async fields => {
    const response = await post(tenant, '/oauth/token', {
      grant_type: GRANT,
      subject_token: 'legacy-token',
      subject_token_type: LEGACY,
      scope: 'openid profile email',
      ...fields,
    })
    const body = /** @type {Record<string, string>} */ (await response.json())
    return { status: response.status, body }
  }
  return { tenant, exchange }
}

/** @param {string | undefined} token */
const claimsOf = token => readJwt(token ?? '').claims

describe('the exchange of a subject token', () => {
  it('gives the tokens of the user that the validator names', async () => {
    const { tenant, exchange } = await start()
    const { status, body } = await exchange({ audience: API, scope: 'openid email read:x' })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'Bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'openid email read:x',
      expires_in: 86_400,
    })
    expect(body).not.toHaveProperty('refresh_token')
    expect(claimsOf(body.id_token)).toMatchObject({
      iss: tenant.issuer,
      sub: 'auth0|ada',
      aud: CLIENT_ID,
      email: 'ada@example.com',
    })
    expect(claimsOf(body.access_token)).toMatchObject({
      sub: 'auth0|ada',
      aud: [API, `${tenant.url}/userinfo`],
    })
  })

  it('gives no ID token without openid', async () => {
    const { exchange } = await start()
    const { status, body } = await exchange({ audience: API, scope: 'read:x' })

    expect(status).toBe(200)
    expect(body).not.toHaveProperty('id_token')
  })

  it('gives a refresh token that rotates when offline_access is in the scope', async () => {
    const { tenant, exchange } = await start()
    const { body } = await exchange({ scope: 'openid offline_access', audience: API })
    const renewed = await refresh(tenant, body.refresh_token ?? '')

    expect(renewed.status).toBe(200)
    expect(claimsOf(renewed.body.access_token).sub).toBe('auth0|ada')
    expect(renewed.body.refresh_token).not.toBe(body.refresh_token)
  })

  it('hands everything in the request to the validator', async () => {
    /** @type {TokenExchangeRequest[]} */
    const requests = []
    const { exchange } = await start({
      tokenExchange: {
        [LEGACY]: async request => {
          requests.push(request)
          return { sub: 'auth0|ada' }
        },
      },
    })
    await exchange({
      audience: API,
      actor_token: 'a',
      actor_token_type: 'urn:x:a',
      device: 'kiosk',
    })

    expect(requests).toEqual([
      {
        client_id: CLIENT_ID,
        subject_token: 'legacy-token',
        subject_token_type: LEGACY,
        audience: API,
        scope: 'openid profile email',
        actor_token: 'a',
        actor_token_type: 'urn:x:a',
        params: expect.objectContaining({ device: 'kiosk', client_id: CLIENT_ID }),
      },
    ])
  })

  it('accepts a JSON body, whose objects reach the validator as JSON text', async () => {
    /** @type {TokenExchangeRequest[]} */
    const requests = []
    const { tenant } = await start({
      tokenExchange: {
        [LEGACY]: request => {
          requests.push(request)
          return { sub: 'auth0|ada' }
        },
      },
    })
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: CLIENT_ID,
        grant_type: GRANT,
        subject_token: 'x',
        subject_token_type: LEGACY,
        device: { id: 7, tags: ['a'] },
        trusted: true,
      }),
    })

    expect(response.status).toBe(200)
    expect(requests[0]?.params).toMatchObject({
      device: '{"id":7,"tags":["a"]}',
      trusted: 'true',
    })
  })

  it('can be for a user whom only the validator knows, with claims', async () => {
    const { tenant, exchange } = await start({
      tokenExchange: {
        [LEGACY]: () => ({
          sub: 'legacy|7',
          claims: {
            name: 'Grace Hopper',
            'https://example.com/level': 3,
            iss: 'https://evil.example',
          },
        }),
      },
    })
    const { body } = await exchange({ scope: 'openid profile offline_access' })
    const renewed = await refresh(tenant, body.refresh_token ?? '')
    const userinfo = await fetch(`${tenant.url}/userinfo`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    })

    for (const idToken of [body.id_token, renewed.body.id_token]) {
      expect(claimsOf(idToken)).toMatchObject({
        iss: tenant.issuer,
        sub: 'legacy|7',
        name: 'Grace Hopper',
        'https://example.com/level': 3,
      })
    }
    expect(await userinfo.json()).toEqual({ sub: 'legacy|7', name: 'Grace Hopper' })
  })

  it('says who acts for the user', async () => {
    const { tenant, exchange } = await start({
      tokenExchange: {
        [LEGACY]: ({ actor_token: actor = '' }) => ({ sub: 'auth0|ada', act: { sub: actor } }),
      },
    })
    const actor = { actor_token: 'agent-7', actor_token_type: 'urn:example:agent' }
    const scope = 'openid offline_access'
    const { body } = await exchange({ ...actor, audience: API, scope })
    const renewed = await refresh(tenant, body.refresh_token ?? '')

    for (const token of [
      body.id_token,
      body.access_token,
      renewed.body.id_token,
      renewed.body.access_token,
    ]) {
      expect(claimsOf(token).act).toEqual({ sub: 'agent-7' })
    }
  })

  it('is in the log and the events as other grants are', async () => {
    const { tenant, exchange } = await start()
    await exchange({ scope: 'openid offline_access' })

    expect(tenant.log.entries.at(-1)).toMatchObject({
      endpoint: 'token',
      status: 200,
      grantType: GRANT,
      client_id: CLIENT_ID,
      family: expect.any(String),
    })
    expect(JSON.stringify(tenant.log.entries)).not.toContain('legacy-token')
    expect(tenant.events).toMatchObject([{ type: 'refresh_token_issued', sub: 'auth0|ada' }])
  })

  it('leaves no session in the browser', async () => {
    const { tenant } = await start()
    const response = await post(tenant, '/oauth/token', {
      grant_type: GRANT,
      subject_token: 'x',
      subject_token_type: LEGACY,
    })

    expect(response.headers.has('set-cookie')).toBe(false)
  })
})

describe('an exchange for an organization', () => {
  const organizations = [
    { id: 'org_acme', name: 'acme' },
    { id: 'org_secret', name: 'secret', members: ['nobody@example.com'] },
  ]

  it('puts it into both tokens, asked for by id or name', async () => {
    const { exchange } = await start({ organizations })

    for (const organization of ['org_acme', 'acme', 'ACME']) {
      const { body } = await exchange({ organization, audience: API })
      expect(claimsOf(body.id_token)).toMatchObject({ org_id: 'org_acme', org_name: 'acme' })
      expect(claimsOf(body.access_token)).toMatchObject({ org_id: 'org_acme' })
    }
  })

  it('takes the one of the validator when the request names none', async () => {
    const { exchange } = await start({
      organizations: [...organizations, { id: 'org_other', name: 'other' }],
      tokenExchange: { [LEGACY]: () => ({ sub: 'auth0|ada', organization: 'other' }) },
    })

    expect(claimsOf((await exchange()).body.id_token).org_id).toBe('org_other')
    const { body } = await exchange({ organization: 'acme' })
    expect(claimsOf(body.id_token).org_id).toBe('org_acme')
  })

  it('is refused when there is no such organization, before the validator is asked', async () => {
    let asked = 0
    const { exchange } = await start({
      organizations,
      tokenExchange: {
        [LEGACY]: () => {
          asked += 1
          return { sub: 'auth0|ada' }
        },
      },
    })

    expect(await exchange({ organization: 'org_missing' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
    expect(asked).toBe(0)
  })

  it('is refused when the user is not a member', async () => {
    const { exchange } = await start({ organizations })

    expect(await exchange({ organization: 'secret' })).toMatchObject({
      status: 400,
      body: { error: 'access_denied' },
    })
  })

  it('has no organization in its tokens when none was asked for', async () => {
    const { exchange } = await start({ organizations })

    expect(claimsOf((await exchange()).body.id_token)).not.toHaveProperty('org_id')
  })
})

describe('an exchange that is refused', () => {
  it.each([
    ['no subject token', { subject_token: '' }],
    ['no type', { subject_token_type: '' }],
    ['an unknown type', { subject_token_type: 'urn:example:unknown' }],
    ['an actor token without its type', { actor_token: 'x' }],
    ['the type of an actor token only', { actor_token_type: 'urn:x:y' }],
  ])('answers invalid_request to %s', async (_what, fields) => {
    const { exchange } = await start()

    expect(await exchange(fields)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: expect.any(String) },
    })
  })

  it('answers invalid_grant or the code of the validator', async () => {
    const { exchange } = await start({
      tokenExchange: {
        'urn:example:nothing': () => undefined,
        'urn:example:error': () => {
          throw new Error('The token has expired.')
        },
        'urn:example:code': async () => {
          throw Object.assign(new Error('Signature is wrong.'), { error: 'invalid_token' })
        },
      },
    })

    expect(await exchange({ subject_token_type: 'urn:example:nothing' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await exchange({ subject_token_type: 'urn:example:error' })).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'The token has expired.' },
    })
    expect(await exchange({ subject_token_type: 'urn:example:code' })).toEqual({
      status: 400,
      body: { error: 'invalid_token', error_description: 'Signature is wrong.' },
    })
  })

  it('answers unauthorized_client to a client without the grant', async () => {
    const client = { client_id: CLIENT_ID, origins: [APP], grant_types: ['authorization_code'] }
    const { tenant, exchange } = await start({ clients: [client] })

    expect(await exchange()).toMatchObject({ body: { error: 'unauthorized_client' } })
    const patch = { grant_types: ['authorization_code', GRANT] }
    await manage(tenant, 'PATCH', `clients/${CLIENT_ID}`, { body: patch })
    expect((await exchange()).status).toBe(200)
  })

  it('happens everywhere when nothing is configured', async () => {
    const { exchange } = await start({ tokenExchange: [] })

    expect(await exchange()).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })
})

describe('an exchange with a proof', () => {
  it('gives bound tokens, and asks the validator only after the nonce was right', async () => {
    let asked = 0
    const { tenant } = await start({
      requireDpopNonce: true,
      tokenExchange: {
        [LEGACY]: () => {
          asked += 1
          return { sub: 'auth0|ada' }
        },
      },
    })
    const app = await openDpopApp(tenant)
    const fields = {
      grant_type: GRANT,
      subject_token: 'x',
      subject_token_type: LEGACY,
      audience: API,
      scope: 'openid offline_access',
    }
    const refused = await app.send(fields, await app.prove())
    const { body } = await app.send(fields, await app.prove({ nonce: refused.nonce ?? '' }))

    expect(refused.body.error).toBe('use_dpop_nonce')
    expect(asked).toBe(1)
    expect(body.token_type).toBe('DPoP')
    expect(claimsOf(body.access_token).cnf).toEqual({ jkt: app.key.thumbprint })
    expect(await refresh(tenant, body.refresh_token)).toMatchObject({
      body: { error: 'invalid_dpop_proof' },
    })
  })
})

describe('subject tokens in a configuration file', () => {
  /** @param {unknown} tokenExchange */
  const readFile = async tokenExchange => {
    const folder = await mkdtemp(join(tmpdir(), 'tenant-exchange-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'tenant.json')
    await writeFile(file, JSON.stringify({ ...CLIENTS, tokenExchange }))
    return readConfigFile(file)
  }

  it('stand for a user', async () => {
    const options = await readFile([
      { subject_token_type: LEGACY, subject_token: 'of-ada', sub: 'auth0|ada' },
      {
        subject_token_type: LEGACY,
        subject_token: 'of-grace',
        sub: 'legacy|grace',
        organization: 'org_acme',
        act: { sub: 'agent' },
        claims: { name: 'Grace' },
      },
    ])
    const { exchange } = await start(options)
    const grace = { subject_token: 'of-grace' }
    const actor = { actor_token: 'x', actor_token_type: 'urn:x:y' }

    expect(claimsOf((await exchange({ subject_token: 'of-ada' })).body.id_token).sub).toBe(
      'auth0|ada',
    )
    expect(claimsOf((await exchange({ ...grace, ...actor })).body.id_token)).toMatchObject({
      sub: 'legacy|grace',
      org_id: 'org_acme',
      act: { sub: 'agent' },
      name: 'Grace',
    })
    expect(await exchange(grace)).toMatchObject({ body: { error: 'invalid_grant' } })
    expect(await exchange({ subject_token: 'unknown' })).toMatchObject({
      body: { error: 'invalid_grant' },
    })
  })

  it.each([
    ['a type that is no URI', [{ subject_token_type: 'x', subject_token: 'x', sub: 'x' }]],
    ['no user', [{ subject_token_type: LEGACY, subject_token: 'x' }]],
    [
      'the same token twice',
      [
        { subject_token_type: LEGACY, subject_token: 'x', sub: 'x' },
        { subject_token_type: LEGACY, subject_token: 'x', sub: 'y' },
      ],
    ],
  ])('are refused with %s', async (_what, rows) => {
    await expect(readFile(rows)).rejects.toThrow('is not a tenant')
  })

  it('are functions in code, and anything else is refused', async () => {
    const tokenExchange = /** @type {never} */ ({ [LEGACY]: 'auth0|ada' })

    await expect(startTenant({ tokenExchange })).rejects.toThrow('must be a function')
  })
})
