import { describe, expect, it } from 'vitest'
import type { HttpReply, HttpRequest } from '../../../src/types/platform.ts'
import { createVault } from '../../../src/worker/vault.ts'

const BASE = 'https://tenant.example.com'

const request = (body: string, url = `${BASE}/oauth/token`, type = 'x-www-form-urlencoded') => ({
  url,
  method: 'POST' as const,
  headers: { 'Content-Type': `application/${type}` },
  body,
  timeoutMs: 1000,
  attempts: 1,
})

const reply = (json: unknown, status = 200): HttpReply => ({ ok: status < 300, status, json })

/** A vault over a tenant that answers what it is told to, and notes what it was sent. */
const create = (answers: HttpReply[], baseUrl = BASE) => {
  const sent: HttpRequest[] = []
  const vault = createVault(async asked => {
    sent.push(asked)
    return answers.shift() ?? reply({})
  }, baseUrl)
  return { vault, sent, refer: async () => referenceIn(await vault.send(request('code=c'))) }
}

const referenceIn = ({ json }: HttpReply): string =>
  (json as { refresh_token: string }).refresh_token

describe('the token worker', () => {
  it('gives out a reference for each refresh token, and sends the token for it', async () => {
    const { vault, sent } = create([
      reply({ access_token: 'at', refresh_token: 'rt-1' }),
      reply({ refresh_token: 'rt-2' }),
      reply({}),
    ])
    const first = await vault.send(request('code=c'))
    expect(first.json).toEqual({
      access_token: 'at',
      refresh_token: expect.stringMatching(/^ref:/),
    })
    const second = await vault.send(request(`refresh_token=${referenceIn(first)}&a=b`))
    expect(sent[1]?.body).toBe('refresh_token=rt-1&a=b')
    expect(referenceIn(second)).not.toBe(referenceIn(first))
    await vault.send(request(`refresh_token=${referenceIn(second)}`))
    expect(sent[2]?.body).toBe('refresh_token=rt-2')
  })

  it('gives the same reference for a token that is not replaced', async () => {
    const { vault, refer } = create([
      reply({ refresh_token: 'rt' }),
      reply({ refresh_token: 'rt' }),
    ])
    const reference = await refer()
    expect(referenceIn(await vault.send(request(`refresh_token=${reference}`)))).toBe(reference)
  })

  it('reads and writes JSON bodies, and the token of a revocation', async () => {
    const { vault, sent, refer } = create([reply({ refresh_token: 'rt' })])
    const body = JSON.stringify({ token: await refer(), n: 1 })
    await vault.send(request(body, `${BASE}/oauth/revoke`, 'json'))
    expect(JSON.parse(sent[1]?.body ?? '')).toEqual({ token: 'rt', n: 1 })
  })

  it.each([
    'https://evil.example.com/oauth/token',
    `${BASE}/oauth/token/extra`,
    `${BASE}/userinfo`,
    `${BASE}@evil.example.com/oauth/token`,
    'http://tenant.example.com/oauth/token',
    'not a url',
  ])('security 53: sends nothing to %s', async url => {
    const { vault, sent, refer } = create([reply({ refresh_token: 'rt' })])
    const refused = await vault.send(request(`refresh_token=${await refer()}`, url))
    expect(refused).toMatchObject({ ok: false, json: { error: 'invalid_fetch_url' } })
    expect(sent).toHaveLength(1)
  })

  it('allows a base URL with a path', async () => {
    const { vault, sent } = create([], `${BASE}/auth`)
    await vault.send(request('a=b', `${BASE}/auth/oauth/token`))
    expect(sent).toHaveLength(1)
    await vault.send(request('a=b'))
    expect(sent).toHaveLength(1)
  })

  it('refuses a reference that it does not hold, without a request', async () => {
    const { vault, sent } = create([])
    const refused = await vault.send(request('refresh_token=ref:unknown'))
    expect(refused).toMatchObject({ ok: false, json: { error: 'missing_refresh_token' } })
    expect(sent).toEqual([])
  })

  it('keeps the token whatever answer comes without one', async () => {
    const { vault, sent, refer } = create([
      reply({ refresh_token: 'rt' }),
      reply({ error: 'server_error' }, 503),
      reply(undefined, 502),
      reply({ access_token: 'at' }),
    ])
    const reference = await refer()
    for (let time = 0; time < 4; time++) await vault.send(request(`refresh_token=${reference}`))
    expect(sent.slice(1).map(({ body }) => body)).toEqual(Array(4).fill('refresh_token=rt'))
  })

  it('forgets every token when told to', async () => {
    const { vault, refer } = create([reply({ refresh_token: 'rt' })])
    const reference = await refer()
    vault.clear()
    expect(await vault.send(request(`refresh_token=${reference}`))).toMatchObject({
      json: { error: 'missing_refresh_token' },
    })
  })
})
