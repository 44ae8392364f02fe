import { describe, expect, it, vi } from 'vitest'
import { fetchHttp } from '../../../src/browser/fetch-http.ts'
import type { HttpRequest } from '../../../src/http.ts'
import { type Grant, tokenRequest } from '../../../src/protocol/token-endpoint.ts'

const request = (grant: Grant, { useFormData = true, header }: Partial<Style> = {}) =>
  tokenRequest(
    grant,
    { token_endpoint: 'https://tenant.example.com/oauth/token' },
    { clientId: 'client-1', useFormData, telemetry: { header } },
    10_000,
  )

interface Style {
  useFormData: boolean
  header: string | undefined
}

/** The body and the headers of ours, as `fetchHttp` sends them. */
const send = async (made: HttpRequest) => {
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json({}))
  await fetchHttp(made)
  const { body, headers } = fetched.mock.lastCall?.[1] ?? {}
  return { body: String(body), headers: headers as Record<string, string> }
}

/** The fields of a form. */
const fieldsOf = async (made: HttpRequest) => new URLSearchParams((await send(made)).body)

const CODE: Grant = { grant_type: 'authorization_code', code: 'c+/=', code_verifier: 'v' }
const REFRESH: Grant = { grant_type: 'refresh_token', refresh_token: 'rt' }

describe('the token request', () => {
  it('security 21, 22: is a form without custom headers or secrets, so that it needs no preflight', async () => {
    const made = request(CODE)
    expect(made).toMatchObject({
      url: 'https://tenant.example.com/oauth/token',
      method: 'POST',
      timeoutMs: 10_000,
    })
    const { body, headers } = await send(made)
    expect(headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(body).toContain('code=c%2B%2F%3D')
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c+/=',
      code_verifier: 'v',
      client_id: 'client-1',
    })
  })

  it('is JSON if form data is turned off', async () => {
    const { body, headers } = await send(request(CODE, { useFormData: false }))
    expect(headers).toEqual({ 'Content-Type': 'application/json' })
    expect(JSON.parse(body)).toEqual({ ...CODE, client_id: 'client-1' })
  })

  it.each([true, false])(
    'has a telemetry header only if it is configured (form: %j)',
    async useFormData => {
      const { headers } = await send(request(CODE, { useFormData, header: 'eyJ9' }))
      expect(headers['Auth0-Client']).toBe('eyJ9')
      const { headers: without } = await send(request(CODE, { useFormData }))
      expect(Object.keys(without)).toEqual(['Content-Type'])
    },
  )

  it.each([true, false])('has no fields that are undefined (form: %j)', async useFormData => {
    const { body } = await send(request({ ...CODE, redirect_uri: undefined }, { useFormData }))
    expect(body).not.toContain('redirect_uri')
    expect(body).not.toContain('undefined')
  })

  it.each([CODE, REFRESH])('security 44: adds neither audience nor scope to %j', async grant => {
    const fields = await fieldsOf(request(grant))
    expect([...fields.keys()].sort()).toEqual([...Object.keys(grant), 'client_id'].sort())
  })

  it('sends objects as JSON, and fields with names of internals as fields', async () => {
    const made = request({
      ...REFRESH,
      ext: { a: [1] },
      url: 'https://evil.example.com',
      timeoutMs: 1,
      useFormData: false,
    })
    expect(Object.fromEntries(await fieldsOf(made))).toMatchObject({
      ext: '{"a":[1]}',
      url: 'https://evil.example.com',
      timeoutMs: '1',
    })
    expect(made.url).toBe('https://tenant.example.com/oauth/token')
    expect(made.timeoutMs).toBe(10_000)
  })

  it('security 9: does not let a custom parameter replace the client id', async () => {
    const fields = await fieldsOf(request({ ...CODE, client_id: 'evil' }))
    expect(fields.getAll('client_id')).toEqual(['client-1'])
  })

  it('does not change the grant', () => {
    const grant = Object.freeze({ ...CODE })
    request(grant)
    expect(grant).toEqual(CODE)
  })

  it.each([
    [CODE, 3],
    [REFRESH, 1],
  ])(
    'security 24, 46: sends %j at most this often while no response arrives: %i',
    (grant, attempts) => {
      expect(request(grant).attempts).toBe(attempts)
    },
  )
})
