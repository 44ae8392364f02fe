import { describe, expect, it } from 'vitest'
import type { Fields, HttpRequest, HttpResponse } from '../../../src/http.ts'
import { createVault } from '../../../src/worker/vault.ts'

const BASE = 'https://tenant.example.com'
const TOKEN = `${BASE}/oauth/token`
const REVOKE = `${BASE}/oauth/revoke`

const request = (fields: Fields, url = TOKEN, encoding: 'form' | 'json' = 'form'): HttpRequest => ({
  url,
  method: 'POST',
  body: encoding === 'form' ? { form: fields } : { json: fields },
  timeoutMs: 1000,
  attempts: 1,
})

const respond = (json: unknown, status = 200): HttpResponse => ({
  ok: status < 300,
  status,
  headers: {},
  json,
})

/** A vault over a tenant with these responses; `sent` records the requests. */
const create = (responses: HttpResponse[], baseUrl = BASE) => {
  const sent: HttpRequest[] = []
  const tokenFields = {
    [`${baseUrl}/oauth/token`]: 'refresh_token',
    [`${baseUrl}/oauth/revoke`]: 'token',
  }
  const vault = createVault(async asked => {
    sent.push(asked)
    return responses.shift() ?? respond({})
  }, tokenFields)
  return { vault, sent, refer: async () => referenceIn(await vault.send(request({ code: 'c' }))) }
}

const referenceIn = ({ json }: HttpResponse): string =>
  (json as { refresh_token: string }).refresh_token

describe('the token worker', () => {
  it('returns a reference for each refresh token, and sends the token in its place', async () => {
    const { vault, sent } = create([
      respond({ access_token: 'at', refresh_token: 'rt-1' }),
      respond({ refresh_token: 'rt-2' }),
      respond({}),
    ])
    const first = await vault.send(request({ code: 'c' }))
    expect(first.json).toEqual({
      access_token: 'at',
      refresh_token: expect.stringMatching(/^ref:/),
    })
    const second = await vault.send(request({ refresh_token: referenceIn(first), a: 'b' }))
    expect(sent[1]?.body).toEqual({ form: { refresh_token: 'rt-1', a: 'b' } })
    expect(referenceIn(second)).not.toBe(referenceIn(first))
    await vault.send(request({ refresh_token: referenceIn(second) }))
    expect(sent[2]?.body).toEqual({ form: { refresh_token: 'rt-2' } })
  })

  it('returns the same reference for a token that is not replaced', async () => {
    const { vault, refer } = create([
      respond({ refresh_token: 'rt' }),
      respond({ refresh_token: 'rt' }),
    ])
    const reference = await refer()
    expect(referenceIn(await vault.send(request({ refresh_token: reference })))).toBe(reference)
  })

  it('reads and writes JSON bodies, and the token of a revocation', async () => {
    const { vault, sent, refer } = create([respond({ refresh_token: 'rt' })])
    await vault.send(request({ token: await refer(), n: 1 }, REVOKE, 'json'))
    expect(sent[1]?.body).toEqual({ json: { token: 'rt', n: 1 } })
  })

  it.each(['form', 'json'] as const)(
    'sends an application parameter called `token` in a token request as it is (%s)',
    async encoding => {
      const { vault, sent, refer } = create([respond({ refresh_token: 'rt' })])
      const reference = await refer()
      const given = { refresh_token: reference, token: 'mine' }
      expect(await vault.send(request(given, TOKEN, encoding))).toMatchObject({ ok: true })
      expect(sent[1]?.body).toEqual({ [encoding]: { refresh_token: 'rt', token: 'mine' } })
      const withReference = { code: 'c', token: reference }
      expect(await vault.send(request(withReference, TOKEN, encoding))).toMatchObject({ ok: true })
      expect(sent[2]?.body).toEqual({ [encoding]: withReference })
    },
  )

  it('sends an application parameter called `refresh_token` in a revocation as it is', async () => {
    const { vault, sent, refer } = create([respond({ refresh_token: 'rt' })])
    const token = await refer()
    await vault.send(request({ token, refresh_token: 'mine' }, REVOKE))
    expect(sent[1]?.body).toEqual({ form: { token: 'rt', refresh_token: 'mine' } })
  })

  it.each([
    'https://evil.example.com/oauth/token',
    `${BASE}/oauth/token/extra`,
    `${BASE}/userinfo`,
    `${BASE}@evil.example.com/oauth/token`,
    'http://tenant.example.com/oauth/token',
    'not a url',
    'toString',
    '__proto__',
  ])('security 53: sends nothing to %s', async url => {
    const { vault, sent, refer } = create([respond({ refresh_token: 'rt' })])
    const rejected = await vault.send(request({ refresh_token: await refer() }, url))
    expect(rejected).toMatchObject({ ok: false, json: { error: 'invalid_fetch_url' } })
    expect(sent).toHaveLength(1)
  })

  it('allows a base URL with a path', async () => {
    const { vault, sent } = create([], `${BASE}/auth`)
    await vault.send(request({ a: 'b' }, `${BASE}/auth/oauth/token`))
    expect(sent).toHaveLength(1)
    await vault.send(request({ a: 'b' }))
    expect(sent).toHaveLength(1)
  })

  it('rejects an unknown reference without a request', async () => {
    const { vault, sent } = create([])
    const rejected = await vault.send(request({ refresh_token: 'ref:unknown' }))
    expect(rejected).toMatchObject({ ok: false, json: { error: 'missing_refresh_token' } })
    expect(sent).toEqual([])
  })

  it('keeps the token after any response without a new one', async () => {
    const { vault, sent, refer } = create([
      respond({ refresh_token: 'rt' }),
      respond({ error: 'server_error' }, 503),
      respond(undefined, 502),
      respond({ access_token: 'at' }),
    ])
    const reference = await refer()
    for (let time = 0; time < 4; time++) await vault.send(request({ refresh_token: reference }))
    const bodies = sent.slice(1).map(({ body }) => body)
    expect(bodies).toEqual(Array(4).fill({ form: { refresh_token: 'rt' } }))
  })

  const LOST = { ok: false, json: { error: 'missing_refresh_token' } }

  it.each<[string, string, string, HttpResponse]>([
    ['replaced', 'refresh_token', TOKEN, respond({ access_token: 'at', refresh_token: 'new' })],
    ['rejected', 'refresh_token', TOKEN, respond({ error: 'invalid_grant' }, 403)],
    ['revoked', 'token', REVOKE, respond(undefined)],
  ])(
    'security 40, 48: accepts no reference whose token was %s',
    async (_, field, url, response) => {
      const { vault, sent, refer } = create([respond({ refresh_token: 'rt' }), response])
      const reference = await refer()
      await vault.send(request({ [field]: reference }, url))
      expect(await vault.send(request({ refresh_token: reference }))).toMatchObject(LOST)
      expect(sent).toHaveLength(2)
    },
  )

  it('keeps a token whose revocation failed', async () => {
    const { vault, sent, refer } = create([
      respond({ refresh_token: 'rt' }),
      respond({ error: 'invalid_client' }, 401),
    ])
    const token = await refer()
    await vault.send(request({ token }, REVOKE))
    await vault.send(request({ token }, REVOKE))
    expect(sent).toHaveLength(3)
  })

  it('gives no reference to an empty token, which is no successor', async () => {
    const { vault, refer } = create([
      respond({ refresh_token: 'rt' }),
      respond({ access_token: 'at', refresh_token: '' }),
    ])
    const reference = await refer()
    const { json } = await vault.send(request({ refresh_token: reference }))
    expect(json).toEqual({ access_token: 'at', refresh_token: '' })
    expect(await vault.send(request({ refresh_token: reference }))).toMatchObject({ ok: true })
  })

  it('security 54: keeps one token and aborts all requests when another user takes over', async () => {
    let release = (): void => {}
    const answers = [respond({ refresh_token: 'old' }), respond({ refresh_token: 'new' })]
    const vault = createVault(
      async () =>
        answers.shift() ??
        new Promise(resolve => {
          release = () => resolve(respond({ refresh_token: 'late' }))
        }),
      { [TOKEN]: 'refresh_token' },
    )
    const [old, next] = [await vault.send(request({})), await vault.send(request({}))]
    const pending = vault.send(request({ refresh_token: referenceIn(old) }))
    vault.clear(referenceIn(next))
    release()
    await expect(pending).rejects.toMatchObject({ error: 'login_required' })
    expect(await vault.send(request({ refresh_token: referenceIn(old) }))).toMatchObject(LOST)
    const renewal = vault.send(request({ refresh_token: referenceIn(next) }))
    release()
    expect(await renewal).toMatchObject({ ok: true })
  })

  it('has no tokens after it was cleared', async () => {
    const { vault, refer } = create([respond({ refresh_token: 'rt' })])
    const reference = await refer()
    vault.clear()
    expect(await vault.send(request({ refresh_token: reference }))).toMatchObject({
      json: { error: 'missing_refresh_token' },
    })
  })
})
