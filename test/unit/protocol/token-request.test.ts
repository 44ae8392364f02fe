import { describe, expect, it } from 'vitest'
import { type Grant, tokenRequest } from '../../../src/protocol/token-endpoint.ts'

const request = (grant: Grant, { useFormData = true, header }: Partial<Style> = {}) =>
  tokenRequest(
    grant,
    {
      clientId: 'client-1',
      endpoints: { token: 'https://tenant.example.com/oauth/token' },
      useFormData,
      telemetry: { header },
    },
    10_000,
  )

interface Style {
  useFormData: boolean
  header: string | undefined
}

const CODE: Grant = { grant_type: 'authorization_code', code: 'c+/=', code_verifier: 'v' }
const REFRESH: Grant = { grant_type: 'refresh_token', refresh_token: 'rt' }

describe('the token request', () => {
  it('security 21, 22: is a form without headers of our own or secrets, so that no preflight precedes it', () => {
    const made = request(CODE)
    expect(made).toMatchObject({
      url: 'https://tenant.example.com/oauth/token',
      method: 'POST',
      timeoutMs: 10_000,
    })
    expect(made.headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(made.body).toContain('code=c%2B%2F%3D')
    expect(Object.fromEntries(new URLSearchParams(made.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c+/=',
      code_verifier: 'v',
      client_id: 'client-1',
    })
  })

  it('is JSON when form data is turned off', () => {
    const made = request(CODE, { useFormData: false })
    expect(made.headers).toEqual({ 'Content-Type': 'application/json' })
    expect(JSON.parse(made.body)).toEqual({ ...CODE, client_id: 'client-1' })
  })

  it.each([true, false])('names the SDK in a header only when asked to (form: %j)', useFormData => {
    const headers = request(CODE, { useFormData, header: 'eyJ9' }).headers
    expect(headers['Auth0-Client']).toBe('eyJ9')
    expect(Object.keys(request(CODE, { useFormData }).headers)).toEqual(['Content-Type'])
  })

  it.each([true, false])('drops fields that are undefined (form: %j)', useFormData => {
    const { body } = request({ ...CODE, redirect_uri: undefined }, { useFormData })
    expect(body).not.toContain('redirect_uri')
    expect(body).not.toContain('undefined')
  })

  it.each([CODE, REFRESH])('security 44: adds neither audience nor scope to %j', grant => {
    const fields = new URLSearchParams(request(grant).body)
    expect([...fields.keys()].sort()).toEqual([...Object.keys(grant), 'client_id'].sort())
  })

  it('sends objects as JSON, and names like those of internals as data', () => {
    const { body, url, timeoutMs } = request({
      ...REFRESH,
      ext: { a: [1] },
      url: 'https://evil.example.com',
      timeoutMs: 1,
      useFormData: false,
    })
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      ext: '{"a":[1]}',
      url: 'https://evil.example.com',
      timeoutMs: '1',
    })
    expect(url).toBe('https://tenant.example.com/oauth/token')
    expect(timeoutMs).toBe(10_000)
  })

  it('security 9: does not let a custom parameter replace the client id', () => {
    const fields = new URLSearchParams(request({ ...CODE, client_id: 'evil' }).body)
    expect(fields.getAll('client_id')).toEqual(['client-1'])
  })

  it('leaves the grant as it was', () => {
    const grant = Object.freeze({ ...CODE })
    request(grant)
    expect(grant).toEqual(CODE)
  })

  it.each([
    [CODE, 3],
    [REFRESH, 1],
  ])('security 24, 46: may send %j this often when no answer comes: %i', (grant, attempts) => {
    expect(request(grant).attempts).toBe(attempts)
  })
})
