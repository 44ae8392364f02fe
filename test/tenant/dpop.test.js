import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { createDpopKey } from './support/dpop.js'
import { readJwt } from './support/tokens.js'

// The first one loads the engine and creates a key, which takes longer than a test may.
beforeAll(async () => (await startTenant()).close(), 60_000)

/** @type {(() => Promise<unknown>)[]} */
let cleanups = []
afterEach(async () => {
  await Promise.all(cleanups.map(cleanup => cleanup()))
  cleanups = []
})

/** @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options] */
const start = async options => {
  const tenant = await startTenant({ ...CLIENTS, ...options })
  cleanups.push(tenant.close)
  const key = await createDpopKey()
  const [tokenUrl, userinfoUrl] = [`${tenant.url}/oauth/token`, `${tenant.url}/userinfo`]

  /**
   * @param {Record<string, string>} fields
   * @param {string} proof
   */
  const askForTokens = (fields, proof) =>
    fetch(tokenUrl, {
      method: 'POST',
      headers: { dpop: proof, origin: APP },
      body: new URLSearchParams({ client_id: CLIENT_ID, ...fields }),
    })

  /**
   * @param {Record<string, string>} [params]
   * @returns {Promise<Record<string, string>>} what redeems the code of a login
   */
  const newCode = async params => {
    const { answer, verifier, request } = await openBrowser(tenant).authorize(params)
    return {
      grant_type: 'authorization_code',
      code: answer.code ?? '',
      code_verifier: verifier,
      redirect_uri: request.redirect_uri,
    }
  }

  /** @param {Record<string, string>} [params] */
  const logIn = async params => {
    const response = await askForTokens(await newCode(params), await key.prove(tokenUrl))
    return /** @type {Record<string, string>} */ (await response.json())
  }

  /** @param {Record<string, string>} headers */
  const userinfo = headers => fetch(userinfoUrl, { headers })

  return { tenant, key, tokenUrl, userinfoUrl, askForTokens, newCode, logIn, userinfo }
}

const API = { audience: 'urn::x', scope: 'openid offline_access' }

describe('a token request with a proof', () => {
  it('gives tokens bound to its key', async () => {
    const { key, logIn } = await start()
    const { token_type, access_token = '' } = await logIn(API)

    expect(token_type).toBe('DPoP')
    expect(readJwt(access_token).claims.cnf).toEqual({ jkt: key.thumbprint })
  })

  it('gives a refresh token that a proof by another key cannot use', async () => {
    const { key, logIn, askForTokens, tokenUrl } = await start()
    const { refresh_token = '' } = await logIn(API)
    const fields = { grant_type: 'refresh_token', refresh_token }
    const stranger = await createDpopKey()
    const stolen = await askForTokens(fields, await stranger.prove(tokenUrl))
    const own = await askForTokens(fields, await key.prove(tokenUrl))

    expect(stolen.status).toBe(400)
    expect(own.status).toBe(200)
    expect(await own.json()).toMatchObject({ token_type: 'DPoP' })
  })

  it('is rejected when the proof is for another URL', async () => {
    const { key, askForTokens, newCode, userinfoUrl } = await start()
    const response = await askForTokens(await newCode(), await key.prove(userinfoUrl))

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_dpop_proof' })
  })
})

describe.each([
  ['a JWT', API],
  ['opaque', { scope: 'openid offline_access' }],
])('the userinfo endpoint, when the bound token is %s', (_kind, params) => {
  it('accepts a proof by its key, once', async () => {
    const { key, logIn, userinfo, userinfoUrl } = await start()
    const { access_token = '' } = await logIn(params)
    const dpop = await key.prove(userinfoUrl, { htm: 'GET', accessToken: access_token })
    const headers = { authorization: `DPoP ${access_token}`, dpop }
    const response = await userinfo(headers)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ sub: 'auth0|ada' })
    expect((await userinfo(headers)).status).toBe(401)
  })

  it('refuses it without a proof', async () => {
    const { logIn, userinfo } = await start()
    const { access_token } = await logIn(params)

    for (const scheme of ['Bearer', 'DPoP']) {
      const response = await userinfo({ authorization: `${scheme} ${access_token}` })
      expect(response.ok).toBe(false)
      expect(response.headers.get('www-authenticate')).toMatch(
        /^DPoP .*error="(invalid_token|invalid_request)"/,
      )
    }
  })

  it('rejects a proof that does not match', async () => {
    const { key, logIn, userinfo, userinfoUrl, tokenUrl } = await start()
    const { access_token = '' } = await logIn(params)
    const stranger = await createDpopKey()
    const fitting = { htm: 'GET', accessToken: access_token }
    const proofs = [
      stranger.prove(userinfoUrl, fitting),
      key.prove(userinfoUrl, { ...fitting, htm: 'POST' }),
      key.prove(tokenUrl, fitting),
      key.prove(userinfoUrl, { htm: 'GET', accessToken: 'another' }),
    ]
    for (const proof of proofs) {
      const dpop = await proof
      const response = await userinfo({ authorization: `DPoP ${access_token}`, dpop })
      expect(response.ok).toBe(false)
    }
  })
})

describe('the userinfo endpoint, when the token is bound to something else', () => {
  it.each([
    { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
    { jkt: 'x', 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' },
    { jkt: 1 },
    {},
    'x',
    null,
  ])('does not accept it as a bearer token: %j', async cnf => {
    const { tenant, newCode, userinfo } = await start()
    tenant.faults.add({ endpoint: 'token', accessToken: { claims: { cnf } } })
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: CLIENT_ID, ...(await newCode(API)) }),
    })
    const { access_token } = await response.json()

    expect((await userinfo({ authorization: `Bearer ${access_token}` })).status).toBe(401)
  })
})

describe('the userinfo endpoint, when the token is bound to no key', () => {
  it('refuses a JWT with a proof', async () => {
    const { key, tenant, newCode, userinfo, userinfoUrl } = await start()
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: CLIENT_ID, ...(await newCode(API)) }),
    })
    const { access_token } = /** @type {Record<string, string>} */ (await response.json())
    const dpop = await key.prove(userinfoUrl, { htm: 'GET', accessToken: access_token })
    const answer = await userinfo({ authorization: `DPoP ${access_token}`, dpop })

    expect(answer.status).toBe(401)
  })
})

describe('a nonce', () => {
  it('is not sent unless the tenant requires it', async () => {
    const { key, askForTokens, newCode, tokenUrl } = await start()
    const response = await askForTokens(await newCode(), await key.prove(tokenUrl))

    expect(response.status).toBe(200)
    expect(response.headers.has('dpop-nonce')).toBe(false)
  })

  it('is required, sent in a header that a page can read, and then accepted with the same code', async () => {
    const { key, askForTokens, newCode, tokenUrl } = await start({ dpop: { requireNonce: true } })
    const fields = await newCode()
    const refused = await askForTokens(fields, await key.prove(tokenUrl))
    const nonce = refused.headers.get('dpop-nonce') ?? ''
    const accepted = await askForTokens(fields, await key.prove(tokenUrl, { nonce }))

    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: 'use_dpop_nonce' })
    expect(refused.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    expect(nonce).toBeTruthy()
    expect(accepted.status).toBe(200)
  })

  it('of the token endpoint is valid at the userinfo endpoint, which also requires one', async () => {
    const options = { dpop: { requireNonce: true } }
    const { key, askForTokens, newCode, tokenUrl, userinfo, userinfoUrl } = await start(options)
    const fields = await newCode(API)
    const refused = await askForTokens(fields, await key.prove(tokenUrl))
    const nonce = refused.headers.get('dpop-nonce') ?? ''
    const response = await askForTokens(fields, await key.prove(tokenUrl, { nonce }))
    const { access_token } = /** @type {Record<string, string>} */ (await response.json())
    /** @param {string | undefined} known */
    const ask = async known => {
      const details = { htm: 'GET', accessToken: access_token, nonce: known }
      const dpop = await key.prove(userinfoUrl, details)
      return userinfo({ authorization: `DPoP ${access_token}`, dpop })
    }
    const without = await ask(undefined)

    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toContain('use_dpop_nonce')
    expect(without.headers.get('dpop-nonce')).toBeTruthy()
    expect((await ask(nonce)).status).toBe(200)
  })
})
