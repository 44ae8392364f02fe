import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createUsedProofs } from '../../examples/api/used-proofs.js'
import { startTenant } from '../support/start-tenant.js'
import { AUDIENCE, startApi } from './support/api.js'
import { APP, CLIENTS } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { createDpopKey } from './support/dpop.js'
import { openDpopApp } from './support/dpop-app.js'
import { logIn } from './support/token-client.js'
import { readJwt } from './support/tokens.js'

const SCOPE = 'openid profile read:messages'
const PATH = '/api/private'

/** @type {import('./support/browser.js').Tenant} */
let tenant
/** @type {import('./support/api.js').RunningApi} */
let api
/** @type {Awaited<ReturnType<typeof openDpopApp>>} */
let app
/** @type {string} */
let token

beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
  api = await startApi(tenant)
  app = await openDpopApp(tenant)
  token = (await app.logIn({ audience: AUDIENCE, scope: SCOPE })).access_token
}, 60_000)
afterEach(() => {
  vi.useRealTimers()
  tenant.faults.clear()
  api.settings.requireDpopNonce = false
})
afterAll(async () => {
  await Promise.all([api.close(), tenant.close()])
})

/** @param {{ claims?: Record<string, unknown>, nonce?: string | undefined, htm?: string, path?: string }} [details] */
const prove = ({ nonce, path = PATH, ...details } = {}) =>
  app.key.prove(api.url + path, {
    htm: 'GET',
    accessToken: token,
    ...details,
    ...(nonce !== undefined && { nonce }),
  })

/**
 * @param {string} proof
 * @param {{ path?: string, accessToken?: string, scheme?: string }} [details]
 */
const askWith = (proof, { path = PATH, accessToken = token, scheme = 'DPoP' } = {}) =>
  api.ask(path, { authorization: `${scheme} ${accessToken}`, dpop: proof })

/** @param {Parameters<typeof prove>[0]} [details] */
const askProven = async details => askWith(await prove(details))

/** @param {string} code */
const refused = code => ({
  status: 401,
  body: { error: code },
  challenge: expect.stringMatching(new RegExp(`^DPoP realm="api", algs="ES256", error="${code}"`)),
})

describe('the protected API, for a token that is bound to a key', () => {
  it('accepts it with a proof by that key, whatever the case of the scheme', async () => {
    expect(await askProven()).toMatchObject({ status: 200, body: { sub: 'auth0|ada' } })
    expect(await askWith(await prove(), { scheme: 'dpop' })).toMatchObject({ status: 200 })
  })

  it('refuses it with the scheme Bearer, with and without a proof', async () => {
    const bearer = { scheme: 'Bearer' }

    expect(await askWith(await prove(), bearer)).toMatchObject(refused('invalid_token'))
    expect(await api.ask(PATH, { authorization: `Bearer ${token}` })).toMatchObject(
      refused('invalid_token'),
    )
  })

  it('refuses it without a proof', async () => {
    expect(await api.ask(PATH, { authorization: `DPoP ${token}` })).toMatchObject(
      refused('invalid_dpop_proof'),
    )
  })

  it('refuses a proof by another key', async () => {
    const stranger = await createDpopKey()
    const proof = await stranger.prove(api.url + PATH, { htm: 'GET', accessToken: token })

    expect(await askWith(proof)).toMatchObject(refused('invalid_token'))
  })

  it('refuses a copy of a proof, also of two at the same time', async () => {
    const proof = await prove()
    const answers = await Promise.all([askWith(proof), askWith(proof), askWith(proof)])

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    expect(await askWith(proof)).toMatchObject(refused('invalid_dpop_proof'))
  })

  it.each([
    ['another method', { htm: 'POST' }],
    ['the method in lower case', { htm: 'get' }],
    ['another path', { path: '/api/public' }],
    ['another spelling of the path in another case', { path: '/API/private' }],
    ['no URL', { claims: { htu: '/api/private' } }],
    ['another origin', { claims: { htu: 'https://api.example.com/api/private' } }],
    ['a URL that is no text', { claims: { htu: 1 } }],
    ['another token', { claims: { ath: createHash('sha256').update('x').digest('base64url') } }],
    ['no token', { claims: { ath: undefined } }],
    ['no jti', { claims: { jti: undefined } }],
    ['an empty jti', { claims: { jti: '' } }],
    ['a jti that is no text', { claims: { jti: 1 } }],
    ['a very long jti', { claims: { jti: 'x'.repeat(10_000) } }],
    ['a time long ago', { claims: { iat: Math.floor(Date.now() / 1000) - 301 } }],
    ['a time in the future', { claims: { iat: Math.floor(Date.now() / 1000) + 330 } }],
  ])('refuses a proof for %s', async (_what, details) => {
    expect(await askProven(details)).toMatchObject(refused('invalid_dpop_proof'))
  })

  it.each([
    ['with a query', '', '?page=1'],
    ['with a fragment', '', '#top'],
    ['with a host in upper case', 'localhost', 'LOCALHOST'],
    ['with a percent-encoded letter', 'private', '%70rivate'],
    ['with dot segments', '/api/', '/x/../api/./'],
  ])('accepts a proof whose URL is the same %s', async (_how, part, spelling) => {
    const url = api.url + PATH
    const htu = part === '' ? url + spelling : url.replace(part, spelling)

    expect(await askProven({ claims: { htu } })).toMatchObject({ status: 200 })
  })

  it('ignores the query of the request', async () => {
    expect(await askWith(await prove(), { path: `${PATH}?page=1` })).toMatchObject({ status: 200 })
  })

  it('refuses two proofs, and text that is no proof', async () => {
    const texts = [`${await prove()}, ${await prove()}`, 'x', 'a.b.c', 'e30.e30.e30', token]

    for (const text of texts) {
      expect(await askWith(text)).toMatchObject(refused('invalid_dpop_proof'))
    }
  })

  it('still requires the scope', async () => {
    const { access_token } = await app.logIn({ audience: AUDIENCE, scope: 'openid' })
    const path = '/api/private-scoped'
    const proof = await app.key.prove(api.url + path, { htm: 'GET', accessToken: access_token })

    expect(await askWith(proof, { path, accessToken: access_token })).toMatchObject({
      status: 403,
      challenge:
        'DPoP realm="api", algs="ES256", error="insufficient_scope", scope="read:messages"',
    })
  })
})

describe('the header of a proof', () => {
  /**
   * @param {{ alg?: string, header?: Record<string, unknown>, exposePrivateKey?: boolean }} change
   */
  const makeProof = async ({ alg = 'ES256', header, exposePrivateKey = false }) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = await exportJWK(exposePrivateKey ? privateKey : publicKey)
    tenant.faults.add({
      endpoint: 'token',
      accessToken: { claims: { cnf: { jkt: await calculateJwkThumbprint(jwk) } } },
    })
    const { access_token } = await logIn(tenant, { audience: AUDIENCE, scope: SCOPE })
    const proof = await new SignJWT({
      htm: 'GET',
      htu: api.url + PATH,
      jti: randomUUID(),
      ath: createHash('sha256').update(access_token).digest('base64url'),
    })
      .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
      .setIssuedAt()
      .sign(privateKey)
    return askWith(proof, { accessToken: access_token })
  }

  it('may be that of another key than the test client makes', async () => {
    expect(await makeProof({})).toMatchObject({ status: 200 })
  })

  it.each([
    ['another type', { header: { typ: 'JWT' } }],
    ['no type', { header: { typ: undefined } }],
    ['an algorithm that is not ES256', { alg: 'ES384' }],
    ['an RSA key', { alg: 'RS256' }],
    ['no key', { header: { jwk: undefined } }],
    ['a private key', { exposePrivateKey: true }],
  ])('is refused with %s', async (_what, change) => {
    expect(await makeProof(change)).toMatchObject(refused('invalid_dpop_proof'))
  })

  it('is refused with a key that did not make the signature', async () => {
    const { publicKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)

    expect(await makeProof({ header: { jwk } })).toMatchObject(refused('invalid_dpop_proof'))
  })
})

describe('the protected API, for a token that is bound to nothing it can check', () => {
  it.each([
    ['no binding', {}],
    ['a certificate', { claims: { cnf: { 'x5t#S256': 'x' } } }],
    ['a key and a certificate', { claims: { cnf: { jkt: 'x', 'x5t#S256': 'x' } } }],
    ['a key that is no text', { claims: { cnf: { jkt: 1 } } }],
    ['a binding that is null', { claims: { cnf: null } }],
  ])('refuses the scheme DPoP with %s', async (_what, change) => {
    tenant.faults.add({ endpoint: 'token', accessToken: change })
    const { access_token } = await logIn(tenant, { audience: AUDIENCE, scope: SCOPE })
    const proof = await app.key.prove(api.url + PATH, { htm: 'GET', accessToken: access_token })

    expect(await askWith(proof, { accessToken: access_token })).toMatchObject(
      refused('invalid_token'),
    )
  })

  it('accepts the scheme Bearer as before', async () => {
    const { access_token } = await logIn(tenant, { audience: AUDIENCE, scope: SCOPE })

    expect(await api.ask(PATH, { authorization: `Bearer ${access_token}` })).toMatchObject({
      status: 200,
    })
  })
})

describe('nonces of the protected API', () => {
  it('are required by a setting, and then sent with every answer to a proof', async () => {
    api.settings.requireDpopNonce = true
    const first = await askProven()
    const second = await askProven({ nonce: first.nonce })
    const third = await askProven({ nonce: second.nonce })

    expect(first).toMatchObject({ ...refused('use_dpop_nonce'), nonce: expect.any(String) })
    expect(second).toMatchObject({ status: 200, nonce: expect.any(String) })
    expect(third).toMatchObject({ status: 200, nonce: expect.any(String) })
    for (const { headers } of [first, second]) {
      expect(headers.get('access-control-allow-origin')).toBe(APP)
      expect(headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    }
  })

  it('are neither required nor sent otherwise, and one of an earlier time is ignored', async () => {
    expect(await askProven()).toMatchObject({ status: 200, nonce: undefined })
    expect(await askProven({ nonce: 'old' })).toMatchObject({ status: 200, nonce: undefined })
  })

  it('are not required of bearer tokens', async () => {
    api.settings.requireDpopNonce = true
    const { access_token } = await logIn(tenant, { audience: AUDIENCE, scope: SCOPE })
    const answer = await api.ask(PATH, { authorization: `Bearer ${access_token}` })

    expect(answer).toMatchObject({ status: 200, nonce: undefined })
  })

  it('replace the check of the time, for clients whose clock is wrong', async () => {
    api.settings.requireDpopNonce = true
    const { nonce } = await askProven()
    const claims = { iat: Math.floor(Date.now() / 1000) - 86_400 }

    expect(await askProven({ nonce, claims })).toMatchObject({ status: 200 })
  })

  it('can all be made invalid at once', async () => {
    api.settings.requireDpopNonce = true
    const { nonce } = await askProven()
    api.dpopNonces.rotate()
    const answers = await Promise.all(Array.from({ length: 20 }, () => askProven({ nonce })))

    expect(answers).toMatchObject(
      Array(20).fill({ ...refused('use_dpop_nonce'), nonce: expect.any(String) }),
    )
    expect(await askProven({ nonce: answers[0]?.nonce })).toMatchObject({ status: 200 })
  })

  it('expire', async () => {
    api.settings.requireDpopNonce = true
    stopClock()
    const { nonce } = await askProven()
    passTime(299_000)
    expect(await askProven({ nonce })).toMatchObject({ status: 200 })
    passTime(1_000)
    expect(await askProven({ nonce })).toMatchObject(refused('use_dpop_nonce'))
  })

  it('do not use up a proof that is refused for its nonce', async () => {
    api.settings.requireDpopNonce = true
    const proof = await prove()
    await askWith(proof)
    api.settings.requireDpopNonce = false

    expect(await askWith(proof)).toMatchObject({ status: 200 })
  })
})

describe('the memory of used proofs', () => {
  it('forgets a proof when it would not be accepted any more', () => {
    stopClock()
    const usedProofs = createUsedProofs()
    const proof = { thumbprint: 'x', jti: 'y' }

    expect(usedProofs.use(proof, 600)).toBe(true)
    passTime(599_000)
    expect(usedProofs.use(proof, 600)).toBe(false)
    passTime(1_000)
    expect(usedProofs.use(proof, 600)).toBe(true)
  })

  it('forgets the oldest proofs when there are too many', () => {
    const usedProofs = createUsedProofs({ most: 3 })
    const use = (/** @type {string} */ jti) => usedProofs.use({ thumbprint: 'x', jti }, 600)
    for (const jti of ['a', 'b', 'c', 'd']) use(jti)

    expect(use('c')).toBe(false)
    expect(use('d')).toBe(false)
    expect(use('a')).toBe(true)
  })

  it('keeps the ids of different keys apart', () => {
    const usedProofs = createUsedProofs()

    expect(usedProofs.use({ thumbprint: 'x', jti: 'y' }, 600)).toBe(true)
    expect(usedProofs.use({ thumbprint: 'z', jti: 'y' }, 600)).toBe(true)
  })
})

describe('a POST to the protected API', () => {
  /**
   * @param {string} body
   * @param {string} [proof]
   */
  const echo = async (body, proof) =>
    api.ask(
      '/api/echo',
      {
        authorization: `DPoP ${token}`,
        dpop: proof ?? (await prove({ htm: 'POST', path: '/api/echo' })),
        'content-type': 'application/json',
      },
      { method: 'POST', body },
    )

  it('gets its JSON body back, with the number of times the work was done', async () => {
    const first = await echo('{"text":"Hello","list":[1,null]}')
    const second = await echo('"x"')

    expect(first).toMatchObject({
      status: 200,
      body: { sub: 'auth0|ada', body: { text: 'Hello', list: [1, null] } },
    })
    expect(second.body.body).toBe('x')
    expect(second.body.count).toBe(Number(first.body.count) + 1)
  })

  it('is refused before the work is done', async () => {
    const { body: before } = await echo('{}')
    await echo('{}', await prove({ htm: 'GET', path: '/api/echo' }))
    await echo('{ not JSON')
    const { body: after } = await echo('{}')

    expect(after.count).toBe(Number(before.count) + 1)
  })

  it('is refused with a body that is not JSON or too large', async () => {
    expect(await echo('{')).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(await echo(JSON.stringify('x'.repeat(200_000)))).toMatchObject({ status: 413 })
  })

  it('is the only method of its route', async () => {
    const answer = await api.ask('/api/echo', { authorization: `DPoP ${token}` })

    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
  })
})

describe('a token that the API holds for revoked', () => {
  it('is refused with the scheme of its request, until a new one comes', async () => {
    const { jti } = readJwt(token).claims
    const { isRevoked } = api.settings
    api.settings.isRevoked = claims => claims.jti === jti
    const refusal = await askProven()
    const { access_token } = await logIn(tenant, { audience: AUDIENCE, scope: SCOPE })
    const renewed = await api.ask(PATH, { authorization: `Bearer ${access_token}` })
    api.settings.isRevoked = isRevoked

    expect(jti).toEqual(expect.any(String))
    expect(refusal).toMatchObject(refused('invalid_token'))
    expect(renewed.status).toBe(200)
  })
})

describe('an API behind a proxy', () => {
  it('compares proofs with the address that clients see', async () => {
    const other = await startApi(tenant, { publicUrl: 'https://api.example.com' })
    const proof = await app.key.prove(`https://api.example.com${PATH}`, {
      htm: 'GET',
      accessToken: token,
    })
    const answer = await other.ask(PATH, { authorization: `DPoP ${token}`, dpop: proof })
    await other.close()

    expect(answer.status).toBe(200)
  })
})
