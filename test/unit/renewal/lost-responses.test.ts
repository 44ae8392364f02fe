import { HttpResponse } from 'msw'
import { beforeEach, describe, expect, it } from 'vitest'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import {
  answerSilently,
  createClient,
  expireStored,
  refuseSilently,
  storedEntries,
} from '../../support/clients.ts'
import {
  activeRefreshTokens,
  CLIENT_ID,
  createTestbed,
  grants,
  revokedRefreshTokens,
} from '../../support/testbed.ts'
import { gate } from '../browser/fake-locks.ts'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

const marks = (): unknown[] =>
  Object.values(storedEntries()).map(({ body }) => body.refresh_token_unanswered)

const renew = (client: ReturnType<typeof createClient>) =>
  client.getTokenSilently({ cacheMode: 'off' }).catch(error => error.error)

describe('a refresh token', () => {
  it('is marked in storage before it leaves, so that a page that dies leaves word', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    let whileUnderWay: unknown[] = []
    tenant.intercept('token', () => {
      whileUnderWay = marks()
      return undefined
    })
    expect(await renew(client)).toMatch(/^access-token-/)
    expect(whileUnderWay).toEqual([true])
    expect(marks()).toEqual([undefined])
  })

  it.each([
    ['cut off in the middle', () => new HttpResponse('{"access_token":"at', { status: 200 })],
    ['of a captive portal', () => HttpResponse.html('<p>Pay for the Wi-Fi</p>')],
    ['of a gateway that lost the tenant', () => HttpResponse.html('Bad Gateway', { status: 502 })],
    ...[502, 503, 504, 520, 526].map(status => [
      `of a gateway, in JSON, with status ${status}`,
      () => HttpResponse.json({ error: 'request_error' }, { status }),
    ]),
    ['without a token in it', () => HttpResponse.json({})],
    ['that is a 403 page in JSON', () => HttpResponse.json({ code: 1 }, { status: 403 })],
  ])('stays marked after an answer %s, and one POST', async (_, answer) => {
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.intercept('token', answer as () => Response)
    expect(await renew(client)).toBe('request_error')
    expect(marks()).toEqual([true])
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    tenant.intercept('token', undefined)
    expect(await renew(client)).toMatch(/^access-token-/)
    expect(marks()).toEqual([undefined])
  })

  it('loses its mark when the tenant itself says no', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    tenant.intercept('token', () => HttpResponse.json({ error: 'slow_down' }, { status: 400 }))
    expect(await renew(client)).toBe('slow_down')
    expect(marks()).toEqual([undefined])
  })

  it('is not given up with its caller: an answer that comes late is stored, and served to the next', async () => {
    const client = createClient(stored)
    await signIn(client, tenant)
    const released = gate()
    tenant.intercept('token', async () => {
      await released.opened
      return undefined
    })
    const hurried = { cacheMode: 'off', timeoutInSeconds: 0.01 } as const
    const error = await client.getTokenSilently(hurried).catch(error => error)
    expect(error).toMatchObject({ error: 'timeout', name: 'TimeoutError' })
    expireStored()
    const next = client.getTokenSilently()
    released.open()
    expect(await next).toMatch(/^access-token-/)
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(revokedRefreshTokens(tenant)).toEqual([])
    expect(marks()).toEqual([undefined])
  })

  it('whose successor died with its page is replaced through the iframe', async () => {
    await signIn(createClient(stored), tenant)
    // The tenant rotates, and the answer reaches nobody: the page is gone, only storage remains.
    const [key = '', entry] = Object.entries(storedEntries())[0] ?? []
    const body = { ...entry?.body, refresh_token_unanswered: true }
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1, body }))
    await fetch('https://tenant.example.com/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=refresh_token&client_id=${CLIENT_ID}&refresh_token=${activeRefreshTokens(tenant)[0]}`,
    })
    const frames = answerSilently(tenant)
    const next = createClient(stored)
    expect(await next.getTokenSilently()).toMatch(/^access-token-/)
    expect(frames.urls).toHaveLength(1)
    frames.stop()
    expect(storedEntries()[key]?.body.refresh_token).toBe(activeRefreshTokens(tenant).at(-1))
  })

  it('whose successor died, without a session at the tenant, ends in one login_required', async () => {
    await signIn(createClient(stored), tenant)
    const [key = '', entry] = Object.entries(storedEntries())[0] ?? []
    const body = { ...entry?.body, refresh_token: 'rt-lost', refresh_token_unanswered: true }
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 1, body }))
    const frames = refuseSilently(tenant)
    const next = createClient(stored)
    expect(await next.getTokenSilently().catch(error => error.error)).toBe('login_required')
    expect(grants(tenant, 'refresh_token')).toHaveLength(1)
    expect(frames.urls).toHaveLength(1)
    expect(storedEntries()).toEqual({})
    frames.stop()
  })
})
