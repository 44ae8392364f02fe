import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  Auth0Client,
  AuthenticationError,
  GenericError,
  InvalidConfigurationError,
  MfaRequiredError,
  MissingRefreshTokenError,
  MissingScopesError,
  PopupCancelledError,
  PopupOpenError,
  PopupTimeoutError,
  TimeoutError,
} from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, expireStored, recordFrames } from '../../support/clients.ts'
import { CLIENT_ID, createTestbed, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})

describe('getConfiguration', () => {
  it('gives domain and client id as they were configured, frozen', () => {
    const client = new Auth0Client({ domain: 'https://login.example.com/', clientId: CLIENT_ID })
    const configuration = client.getConfiguration()
    expect(configuration).toEqual({ domain: 'https://login.example.com/', clientId: CLIENT_ID })
    expect(Object.isFrozen(configuration)).toBe(true)
  })
})

describe('what there is not', () => {
  it('renews nothing in the background, whatever happens to the page', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'], shouldAdvanceTime: true })
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    await signIn(client, tenant)
    await client.getTokenSilently()
    expireStored()
    const frames = recordFrames(tenant, () => undefined)
    for (const name of ['focus', 'online', 'pageshow', 'visibilitychange', 'storage']) {
      window.dispatchEvent(new Event(name))
      document.dispatchEvent(new Event(name))
    }
    await vi.advanceTimersByTimeAsync(7 * 24 * 60 * 60 * 1000)
    frames.stop()
    expect(frames.urls).toEqual([])
    expect(tokenRequests(tenant)).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each(['on', 'off', 'addEventListener', 'emit'])('has no event method %s', name => {
    expect(name in createClient()).toBe(false)
  })
})

type Parent = abstract new (...args: never[]) => GenericError

describe('errors', () => {
  const popup = window
  const table: [GenericError, Parent, string, string, object][] = [
    [
      GenericError.fromPayload({ error: 'any', error_description: 'text' }),
      GenericError,
      'any',
      'text',
      { error_description: 'text' },
    ],
    [
      new InvalidConfigurationError('Wrong.', 'Do this.'),
      GenericError,
      'invalid_configuration',
      'Wrong. Do this.',
      { suggestion: 'Do this.' },
    ],
    [
      new AuthenticationError('access_denied', 'No.', 's', { a: 1 }),
      GenericError,
      'access_denied',
      'No.',
      { state: 's', appState: { a: 1 } },
    ],
    [new TimeoutError(), GenericError, 'timeout', 'Timeout', {}],
    [new PopupTimeoutError(popup), TimeoutError, 'timeout', 'Timeout', { popup }],
    [new PopupCancelledError(popup), GenericError, 'cancelled', 'Popup closed', { popup }],
    [
      new PopupOpenError(),
      GenericError,
      'popup_open',
      'Unable to open a popup for loginWithPopup - window.open returned `null`',
      {},
    ],
    [
      new MfaRequiredError('mfa_required', 'Factor.', 'm', { enroll: [{ type: 'otp' }] }),
      GenericError,
      'mfa_required',
      'Factor.',
      { mfa_token: 'm', mfa_requirements: { enroll: [{ type: 'otp' }] } },
    ],
    [
      new MissingRefreshTokenError('default', 'openid'),
      GenericError,
      'missing_refresh_token',
      "Missing Refresh Token (audience: '', scope: 'openid')",
      { audience: 'default', scope: 'openid' },
    ],
    [
      new MissingScopesError('api', 'a,b'),
      GenericError,
      'missing_scopes',
      "Missing requested scopes after refresh (audience: 'api', missing scope: 'a,b')",
      { audience: 'api', scope: 'a,b' },
    ],
  ]

  it.each(table.map(row => [row[0].constructor.name, ...row] as const))(
    '%s is an instance of its ancestors, with code, sentence and fields',
    (name, error, parent, code, message, fields) => {
      expect(error).toBeInstanceOf(parent)
      expect(error).toBeInstanceOf(GenericError)
      expect(error).toBeInstanceOf(Error)
      expect(error.name).toBe(name)
      expect(error.error).toBe(code)
      expect(error.message).toBe(message)
      expect(error.error_description).toBe(message)
      for (const [field, value] of Object.entries(fields)) {
        expect(Reflect.get(error, field)).toEqual(value)
      }
    },
  )

  it('AuthenticationError has null for an application without a state of its own', () => {
    expect(new AuthenticationError('e', 'd', 's').appState).toBeNull()
  })
})
