import { describe, expect, it } from 'vitest'
import { logoutUrl } from '../../../src/protocol/logout-url.ts'
import type { LogoutUrlOptions } from '../../../src/types/authorization.ts'

const ENDPOINT = 'https://tenant.example.com/v2/logout'
const OPTIONS = { clientId: 'client-1', telemetry: { parameter: 'tele+=' } }
const url = (options: LogoutUrlOptions): string =>
  logoutUrl(OPTIONS, { end_session_endpoint: ENDPOINT }, options)

describe('the logout URL', () => {
  it.each<[LogoutUrlOptions, string]>([
    [{}, 'client_id=client-1&auth0Client=tele%2B%3D'],
    [{ clientId: 'another' }, 'client_id=another&auth0Client=tele%2B%3D'],
    [{}, 'client_id=client-1&auth0Client=tele%2B%3D'],
    [{ clientId: 'c' }, 'client_id=c&auth0Client=tele%2B%3D'],
    [{ clientId: null }, '&auth0Client=tele%2B%3D'],
    [{ clientId: null, logoutParams: {} }, '&auth0Client=tele%2B%3D'],
    [
      { clientId: 'c', logoutParams: { returnTo: 'https://app.example.com/a b?c=d' } },
      'client_id=c&returnTo=https%3A%2F%2Fapp.example.com%2Fa+b%3Fc%3Dd&auth0Client=tele%2B%3D',
    ],
    [
      { clientId: 'c', logoutParams: { federated: true, returnTo: 'x' } },
      'client_id=c&returnTo=x&auth0Client=tele%2B%3D&federated',
    ],
    [{ clientId: null, logoutParams: { federated: true } }, '&auth0Client=tele%2B%3D&federated'],
    [
      { clientId: 'c', logoutParams: { federated: false, custom: 1, gone: undefined } },
      'client_id=c&custom=1&auth0Client=tele%2B%3D',
    ],
  ])('of %j ends in %j', (options, query) => {
    expect(url(options)).toBe(`${ENDPOINT}?${query}`)
  })

  it('does not change the options', () => {
    const logoutParams = Object.freeze({ federated: true, returnTo: 'x' })
    url(Object.freeze({ clientId: 'c', logoutParams }))
    expect(logoutParams).toEqual({ federated: true, returnTo: 'x' })
  })
})
