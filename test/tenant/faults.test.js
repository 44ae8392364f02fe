import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS } from './support/browser.js'
import { logIn, newRefreshToken, post, refresh, UNUSABLE } from './support/token-client.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => {
  tenant.faults.clear()
  tenant.log.clear()
})
afterAll(() => tenant.close())

/** @param {string} refreshToken */
const postRefresh = refreshToken =>
  post(tenant, '/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken })

/** @param {Promise<unknown>} asked */
const failureOf = asked =>
  asked.then(
    () => undefined,
    error => error.cause?.code,
  )

/** @param {string} token */
const hashOf = token => createHash('sha256').update(token).digest('base64url').slice(0, 12)

const lastEntry = () => tenant.log.entries.at(-1)

describe('a dropped connection', () => {
  it('before the work leaves the refresh token unspent', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({ endpoint: 'token', drop: 'before', times: 1 })

    expect(await failureOf(postRefresh(token))).toBe('UND_ERR_SOCKET')
    expect(lastEntry()).toMatchObject({
      endpoint: 'token',
      grantType: 'refresh_token',
      status: 0,
      fault: 'drop before',
      lost: true,
      workDone: false,
      refreshTokenHash: hashOf(token),
    })
    expect(lastEntry()).not.toHaveProperty('issuedRefreshTokenHash')
    expect((await refresh(tenant, token)).status).toBe(200)
  })

  it('after the work has spent the token, and only the answer is lost', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({ endpoint: 'token', drop: 'after', times: 1 })

    expect(await failureOf(postRefresh(token))).toBe('UND_ERR_SOCKET')
    expect(lastEntry()).toMatchObject({
      status: 0,
      fault: 'drop after',
      lost: true,
      workDone: true,
      refreshTokenHash: hashOf(token),
      issuedRefreshTokenHash: expect.stringMatching(/^[\w-]{12}$/),
    })
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('during the answer gives a status, and half a body that breaks off', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({ endpoint: 'token', drop: 'during', times: 1 })
    const response = await postRefresh(token)

    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(lastEntry()).toMatchObject({ fault: 'drop during', lost: true, workDone: true })
  })

  it('can be a reset', async () => {
    tenant.faults.add({ endpoint: 'jwks', drop: 'before', reset: true })

    expect(await failureOf(fetch(`${tenant.url}/.well-known/jwks.json`))).toBe('ECONNRESET')
  })

  it('is never that of a connection used before, if none is kept alive', async () => {
    const other = await startTenant({ ...CLIENTS, keepAlive: false })
    const response = await fetch(`${other.url}/.well-known/jwks.json`)
    await other.close()

    expect(response.headers.get('connection')).toBe('close')
  })
})

describe('another answer', () => {
  it('is sent without the work, readable by the page that asked', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({
      endpoint: 'token',
      status: 429,
      headers: { 'Retry-After': '7' },
      json: { error: 'too_many_requests' },
      times: 1,
    })
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { origin: APP },
      body: new URLSearchParams({ client_id: CLIENT_ID, grant_type: 'refresh_token' }),
    })

    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(response.headers.get('access-control-allow-origin')).toBe(APP)
    expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After')
    expect(await response.json()).toEqual({ error: 'too_many_requests' })
    expect(lastEntry()).toMatchObject({ status: 429, fault: 'status 429, json, headers' })
    expect((await refresh(tenant, token)).status).toBe(200)
  })

  it('cannot be read by other origins, nor by any page without CORS', async () => {
    const ask = (/** @type {string} */ origin) =>
      fetch(`${tenant.url}/oauth/token`, { method: 'POST', headers: { origin } })
    const remove = tenant.faults.add({ endpoint: 'token', status: 500 })
    const toStranger = await ask('http://stranger.example')
    remove()
    tenant.faults.add({ endpoint: 'token', status: 500, cors: false })
    const withoutCors = await ask(APP)

    // The request of a foreign origin is refused before anything else.
    expect(toStranger.status).toBe(403)
    expect(toStranger.headers.get('access-control-allow-origin')).toBeNull()
    expect(withoutCors.status).toBe(500)
    expect(withoutCors.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('after the work hides that the token was spent', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({
      endpoint: 'token',
      status: 502,
      html: '<h1>Bad gateway</h1>',
      when: 'after',
      times: 1,
    })
    const response = await postRefresh(token)

    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toBe('<h1>Bad gateway</h1>')
    expect(await refresh(tenant, token)).toEqual(UNUSABLE)
  })

  it('is a page with status 200 where only that is given, as a captive portal sends it', async () => {
    tenant.faults.add({ endpoint: 'discovery', html: '<h1>Pay for the network</h1>' })
    const response = await fetch(`${tenant.url}/.well-known/openid-configuration`)

    expect(response.status).toBe(200)
    expect(await response.text()).toBe('<h1>Pay for the network</h1>')
  })

  it('may be a redirect to another site', async () => {
    const Location = 'https://elsewhere.example/token'
    tenant.faults.add({ endpoint: 'token', status: 307, headers: { Location } })
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      redirect: 'manual',
    })

    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe(Location)
  })

  it('is one of a sequence when several are defined', async () => {
    tenant.faults.add({ endpoint: 'token', status: 503, times: 2 })
    tenant.faults.add({ endpoint: 'token', drop: 'before', times: 1 })
    const token = await newRefreshToken(tenant).catch(() => '')
    const statuses = tenant.log.entries.filter(e => e.endpoint === 'token').map(e => e.status)

    expect(token).toBe('')
    expect(statuses).toEqual([503])
    expect((await postRefresh('x')).status).toBe(503)
    expect(await failureOf(postRefresh('x'))).toBe('UND_ERR_SOCKET')
    expect((await postRefresh('x')).status).toBe(400)
  })

  it('is the normal one cut in half, with a matching length', async () => {
    tenant.faults.add({ endpoint: 'discovery', truncate: true })
    const response = await fetch(`${tenant.url}/.well-known/openid-configuration`)
    const text = await response.text()

    expect(response.headers.get('content-type')).toContain('application/json')
    expect(Number(response.headers.get('content-length'))).toBe(text.length)
    expect(text).toMatch(/^\{"/)
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
  })

  it('is the normal one with members removed and replaced', async () => {
    tenant.faults.add({
      endpoint: 'token',
      mutate: { remove: ['expires_in'], set: { token_type: 'mac', scope: 7 } },
    })
    const tokens = await logIn(tenant)

    expect(tokens).not.toHaveProperty('expires_in')
    expect(tokens).toMatchObject({ token_type: 'mac', scope: 7 })
    expect(tokens.access_token).toBeTruthy()
  })

  it('is the normal one with additional headers', async () => {
    tenant.faults.add({ endpoint: 'token', headers: { 'DPoP-Nonce': 'n' } })
    const response = await postRefresh('x')

    expect(response.status).toBe(400)
    expect(response.headers.get('dpop-nonce')).toBe('n')
  })
})

describe('waiting', () => {
  it('before the work keeps the token unspent until it is released', async () => {
    const token = await newRefreshToken(tenant)
    const events = tenant.events.length
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'before' })
    const answer = refresh(tenant, token)
    await hold.reached
    const whileHeld = tenant.events.slice(events).map(({ type }) => type)
    hold.release()

    expect(whileHeld).toEqual(['fault_applied'])
    expect((await answer).status).toBe(200)
  })

  it('after the work has spent the token, although the response was not sent', async () => {
    const token = await newRefreshToken(tenant)
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'after', times: 1 })
    const answer = refresh(tenant, token)
    await hold.reached
    const second = await refresh(tenant, token)
    hold.release()

    expect(second).toEqual(UNUSABLE)
    expect((await answer).status).toBe(200)
  })

  it('resolves when the given number of requests have arrived, and releases all when faults are cleared', async () => {
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'before', times: 2 })
    const answers = [refresh(tenant, 'a'), refresh(tenant, 'b')]
    await hold.arrived(2)
    expect(tenant.faults.active()).toMatchObject([{ hold: 'before', uses: 2 }])
    tenant.faults.clear()

    expect(await Promise.all(answers)).toEqual([UNUSABLE, UNUSABLE])
    expect(tenant.faults.active()).toEqual([])
  })

  it.each(/** @type {const} */ (['delayBeforeMs', 'delayAfterMs']))(
    'with %s lasts at least so long',
    async delay => {
      tenant.faults.add({ endpoint: 'token', [delay]: 80 })
      const before = performance.now()
      await refresh(tenant, 'x')

      expect(performance.now() - before).toBeGreaterThan(75)
    },
  )

  it('ends with the fault', async () => {
    const remove = tenant.faults.add({ endpoint: 'token', delayBeforeMs: 60_000, hold: 'after' })
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'before' })
    const answer = refresh(tenant, 'x')
    await expect.poll(() => tenant.faults.active()[0]?.uses).toBe(1)
    remove()
    await hold.reached
    hold.release()

    expect(await answer).toEqual(UNUSABLE)
  })

  it('of a client that disconnects is recorded in the log, with the state of the work', async () => {
    const token = await newRefreshToken(tenant)
    tenant.log.clear()
    const hold = tenant.faults.hold({ endpoint: 'token', when: 'after' })
    const leaving = new AbortController()
    const asked = fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: CLIENT_ID,
        grant_type: 'refresh_token',
        refresh_token: token,
      }),
      signal: leaving.signal,
    })
    await hold.reached
    leaving.abort()
    await expect(asked).rejects.toThrow('aborted')
    // By the time the server has answered these, it has heard of that too.
    for (let i = 0; i < 5; i += 1) await fetch(`${tenant.url}/.well-known/jwks.json`)
    hold.release()

    await expect.poll(() => lastEntry()?.endpoint).toBe('token')
    expect(lastEntry()).toMatchObject({ status: 0, lost: true, workDone: true })
  })

  it('does not keep the tenant from closing', async () => {
    const other = await startTenant(CLIENTS)
    const hold = other.faults.hold({ endpoint: 'jwks', when: 'before' })
    const asked = failureOf(fetch(`${other.url}/.well-known/jwks.json`))
    await hold.reached
    await other.close()

    expect(await asked).toBe('UND_ERR_SOCKET')
  })
})
