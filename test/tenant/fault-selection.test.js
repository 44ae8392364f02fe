import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { APP, CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { newRefreshToken, post, refresh } from './support/token-client.js'

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

describe('the requests that a fault applies to', () => {
  it('are selected by grant, client and prompt', async () => {
    const token = await newRefreshToken(tenant)
    tenant.faults.add({
      endpoint: 'token',
      grantType: 'refresh_token',
      client_id: 'other',
      status: 500,
    })
    tenant.faults.add({ endpoint: 'token', grantType: 'refresh_token', status: 503 })
    tenant.faults.add({ endpoint: 'authorize', prompt: 'none', status: 504 })
    const browser = openBrowser(tenant)

    expect((await browser.authorize()).answer.code).toBeTruthy()
    expect((await browser.visit(browser.authorizeUrl({ prompt: 'none' }).url)).status).toBe(504)
    expect((await postRefresh(token)).status).toBe(503)
  })

  it('include JSON bodies as well as forms', async () => {
    tenant.faults.add({ endpoint: 'token', grantType: 'refresh_token', json: { error: 'mine' } })

    expect((await refresh(tenant, 'x', 'json')).body).toEqual({ error: 'mine' })
  })

  it('never include preflights', async () => {
    tenant.faults.add({ endpoint: 'token', drop: 'before' })
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'OPTIONS',
      headers: { origin: APP, 'access-control-request-method': 'POST' },
    })

    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(APP)
  })

  it('begin after the skipped ones and end after the given number', async () => {
    tenant.faults.add({ endpoint: 'token', status: 500, skip: 1, times: 2 })
    const statuses = []
    for (let i = 0; i < 4; i += 1) statuses.push((await postRefresh('x')).status)

    expect(statuses).toEqual([400, 500, 500, 400])
    expect(tenant.faults.active()).toEqual([])
  })

  it('are selected at random, reproducibly with a seed', async () => {
    const run = async () => {
      const remove = tenant.faults.add({ endpoint: 'jwks', status: 500, probability: 0.5, seed: 4 })
      const statuses = []
      for (let i = 0; i < 24; i += 1) {
        statuses.push((await fetch(`${tenant.url}/.well-known/jwks.json`)).status)
      }
      remove()
      return statuses
    }
    const first = await run()

    expect(await run()).toEqual(first)
    expect(first.filter(status => status === 500).length).toBeGreaterThan(4)
    expect(first.filter(status => status === 200).length).toBeGreaterThan(4)
  })

  it("are recorded in the events with the fault's name", async () => {
    tenant.faults.add({ endpoint: 'token', status: 500, name: 'out of order' })
    await postRefresh('x')

    expect(tenant.events.at(-1)).toMatchObject({
      type: 'fault_applied',
      fault: 'out of order',
      endpoint: 'token',
      client_id: CLIENT_ID,
    })
    expect(tenant.log.entries.at(-1)?.fault).toBe('out of order')
  })

  it.each([
    ['an endpoint nobody knows', { endpoint: 'tokens', status: 500 }, 'endpoint must be one of'],
    ['nothing to do', { endpoint: 'token' }, 'definition has no effect'],
    ['a word misspelt', { endpoint: 'token', statsu: 500 }, 'statsu is not known'],
    ['two bodies', { endpoint: 'token', html: 'a', body: 'b' }, 'only one of'],
    ['an odd status', { endpoint: 'token', status: 99 }, 'status must be'],
    ['an odd change', { endpoint: 'token', idToken: { claim: {} } }, 'idToken must be an object'],
  ])('cannot be said with %s', (_what, fault, message) => {
    const add = /** @type {(fault: unknown) => void} */ (tenant.faults.add)

    expect(() => add(fault)).toThrow(message)
  })
})

describe('cookies that are blocked', () => {
  it('in frames make the silent flow require a login, without ending the session', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    tenant.faults.add({ endpoint: 'authorize', cookies: 'blocked', inFrames: true })
    const { url } = browser.authorizeUrl({ prompt: 'none', response_mode: 'web_message' })
    const cookie = browser.cookiesFor('/authorize')
    const inFrame = await fetch(tenant.url + url, {
      headers: { cookie, 'sec-fetch-dest': 'iframe' },
    })
    const onTop = await fetch(tenant.url + url, { headers: { cookie } })

    expect(await inFrame.text()).toContain('"error":"login_required"')
    expect(inFrame.headers.getSetCookie()).toEqual([])
    expect(await onTop.text()).toContain('"code":')
  })
})
