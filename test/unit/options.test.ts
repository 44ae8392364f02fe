import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { InvalidConfigurationError } from '../../src/errors/core.ts'
import { requireConfiguration, resolveOptions } from '../../src/options.ts'
import { auth0Metadata } from '../../src/protocol/server-metadata.ts'
import type { ClientAuthorizationParams } from '../../src/types/authorization.ts'
import type { Auth0ClientOptions, IdTokenSigningAlg } from '../../src/types/client-options.ts'

const BASE = { domain: 'tenant.example.com', clientId: 'client-1' }
const resolve = (options: Partial<Auth0ClientOptions> = {}) =>
  resolveOptions({ ...BASE, ...options })
/** Options of any type, as a page without TypeScript may pass them. */
const loose = (options: object) => resolveOptions({ ...BASE, ...options } as Auth0ClientOptions)

describe('options', () => {
  it('security 48: have the documented defaults', () => {
    expect(resolve()).toMatchObject({
      domain: 'tenant.example.com',
      clientId: 'client-1',
      isLegacyStyle: false,
      authorizationParams: {},
      scopes: { default: 'openid profile email' },
      cacheLocation: 'memory',
      cache: undefined,
      useRefreshTokens: false,
      useRefreshTokensFallback: undefined,
      useMrrt: false,
      authorizeTimeoutMs: 60_000,
      httpTimeoutMs: 10_000,
      idTokenSignature: 'verify',
      idTokenSigningAlgs: ['RS256'],
      leewaySeconds: 60,
      maxAgeSeconds: undefined,
      nowProvider: Date.now,
      sessionCheckExpiryDays: 1,
      cookieDomain: undefined,
      legacySameSiteCookie: true,
      useCookiesForTransactions: false,
      useFormData: true,
    })
    expect(resolve().telemetry.header).toBeUndefined()
  })

  const cache = { get: () => undefined, set: () => {}, remove: () => {} }
  const nowProvider = () => 1
  it.each<[Partial<Auth0ClientOptions>, object]>([
    [{ cacheLocation: 'localstorage' }, { cacheLocation: 'localstorage' }],
    [{ cache }, { cache }],
    [{ useRefreshTokens: true }, { useRefreshTokens: true }],
    [{ useRefreshTokensFallback: false }, { useRefreshTokensFallback: false }],
    [{ useRefreshTokens: true, useMrrt: true }, { useMrrt: true }],
    [{ useMrrt: true }, { useMrrt: false }],
    [{ authorizeTimeoutInSeconds: 5 }, { authorizeTimeoutMs: 5000 }],
    [{ httpTimeoutInSeconds: 2 }, { httpTimeoutMs: 2000 }],
    [{ httpTimeoutInSeconds: 0 }, { httpTimeoutMs: 10_000 }],
    [{ idTokenSignature: 'trust-tls' }, { idTokenSignature: 'trust-tls' }],
    [{ idTokenSigningAlgs: ['ES256'] }, { idTokenSigningAlgs: ['ES256'] }],
    [{ leeway: 10 }, { leewaySeconds: 10 }],
    [{ leeway: 0 }, { leewaySeconds: 0 }],
    [{ sessionCheckExpiryDays: 7 }, { sessionCheckExpiryDays: 7 }],
    [{ sessionCheckExpiryDays: 0 }, { sessionCheckExpiryDays: 1 }],
    [{ cookieDomain: 'example.com' }, { cookieDomain: 'example.com' }],
    [{ legacySameSiteCookie: false }, { legacySameSiteCookie: false }],
    [{ useCookiesForTransactions: true }, { useCookiesForTransactions: true }],
    [{ useFormData: false }, { useFormData: false }],
  ])('%j resolves to %j', (given, resolved) => {
    expect(resolve(given)).toMatchObject(resolved)
  })

  it('read the clock of the application', async () => {
    expect(await resolve({ nowProvider }).nowProvider()).toBe(1)
  })

  it('use the clock of the time when the client is created, which tests may replace', () => {
    const { now } = Date
    vi.useFakeTimers({ toFake: ['Date'] })
    expect(Date.now).not.toBe(now)
    expect(resolve().nowProvider).toBe(Date.now)
  })

  it('apply to options that are explicitly undefined too', () => {
    const names = ['cacheLocation', 'useRefreshTokens', 'leeway', 'nowProvider', 'useFormData']
    const given = Object.fromEntries(names.map(name => [name, undefined]))
    expect(loose(given)).toEqual(resolve())
  })

  it.each(['local', 'localStorage', 'sessionstorage', ''])(
    'do not allow the cache location %j',
    cacheLocation => {
      expect(() => loose({ cacheLocation })).toThrow(`Invalid cache location "${cacheLocation}"`)
    },
  )

  it.each([['none'], ['HS256'], ['RS256', 'HS512'], ['RS1'], ['rs256'], [''], ['XRS256']])(
    'security 33: do not allow the algorithms %s',
    (...idTokenSigningAlgs) => {
      const make = () => loose({ idTokenSigningAlgs })
      expect(make).toThrow(InvalidConfigurationError)
      expect(make).toThrow(`"${idTokenSigningAlgs}"`)
    },
  )

  it('copy the list of allowed algorithms', () => {
    const idTokenSigningAlgs: IdTokenSigningAlg[] = ['RS256']
    const options = resolve({ idTokenSigningAlgs })
    idTokenSigningAlgs.push('ES256')
    expect(options.idTokenSigningAlgs).toEqual(['RS256'])
  })

  it('include no telemetry header unless the option is set', () => {
    const { header } = resolve({ auth0Client: { name: 'auth0-react', version: '2' } }).telemetry
    expect(atob(header ?? '')).toBe('{"name":"auth0-react","version":"2"}')
  })
})

describe('domain and issuer', () => {
  it.each([
    ['tenant.example.com', 'https://tenant.example.com'],
    ['tenant.example.com/', 'https://tenant.example.com'],
    ['https://tenant.example.com//', 'https://tenant.example.com'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['localhost:3000/', 'https://localhost:3000'],
    ['https://example.com/auth/v1/', 'https://example.com/auth/v1'],
  ])('%s becomes %s, with the issuer and the endpoints below it', (domain, baseUrl) => {
    const options = resolve({ domain })
    expect(options.baseUrl).toBe(baseUrl)
    expect(options.issuer).toBe(`${baseUrl}/`)
    expect(auth0Metadata(options).token_endpoint).toBe(`${baseUrl}/oauth/token`)
    expect(options.domain).toBe(domain)
  })

  it.each([
    [undefined, 'https://tenant.example.com/'],
    ['', 'https://tenant.example.com/'],
    ['id.example.com', 'https://id.example.com/'],
    ['https://id.example.com/x', 'https://id.example.com/x'],
    ['https://id.example.com/', 'https://id.example.com/'],
  ])('the issuer %j is expected as %s', (issuer, expected) => {
    expect(loose({ issuer }).issuer).toBe(expected)
  })
})

describe('scopes', () => {
  const all = 'openid profile email'
  it.each<[ClientAuthorizationParams['scope'], Record<string, string>, Record<string, string>]>([
    ['profile', { default: 'openid profile' }, { default: 'openid profile offline_access' }],
    ['a openid a', { default: 'openid a' }, { default: 'openid a offline_access' }],
    ['', { default: 'openid' }, { default: 'openid offline_access' }],
    [undefined, { default: 'openid' }, { default: 'openid offline_access' }],
    [{}, { default: 'openid' }, { default: 'openid offline_access' }],
    [
      { api: 'read' },
      { default: 'openid', api: 'openid read' },
      { default: 'openid offline_access', api: 'openid read offline_access' },
    ],
    [
      { default: all, api: 'openid' },
      { default: all, api: 'openid' },
      { default: `${all} offline_access`, api: 'openid offline_access' },
    ],
  ])('%j gives %j, and with refresh tokens %j', (scope, without, withTokens) => {
    const given = { authorizationParams: { scope } } as Partial<Auth0ClientOptions>
    expect(resolve(given).scopes).toEqual(without)
    expect(resolve({ ...given, useRefreshTokens: true }).scopes).toEqual(withTokens)
  })

  it('contain profile and email also if other parameters are given', () => {
    const { scopes, authorizationParams } = resolve({ authorizationParams: { audience: 'api' } })
    expect(scopes).toEqual({ default: all })
    expect(authorizationParams).toEqual({ audience: 'api' })
  })

  it('are not among the parameters, which have no undefined members', () => {
    const given = { authorizationParams: { scope: 'a', audience: undefined, ext: { b: 1 } } }
    expect(loose(given).authorizationParams).toEqual({ ext: { b: 1 } })
  })
})

describe('max_age', () => {
  it.each([
    [300, 300],
    ['300', 300],
    [' "300" ', 300],
    [0, 0],
    ['0', 0],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j is enforced as %j', (max_age, seconds) => {
    const { maxAgeSeconds, problem } = loose({ authorizationParams: { max_age } })
    expect(maxAgeSeconds).toBe(seconds)
    expect(problem).toBeUndefined()
  })

  it.each([-1, '-1', Infinity, NaN, 'soon', '5m', true, [300], {}])(
    '%j is not sent, and is refused by name',
    max_age => {
      const { maxAgeSeconds, problem, authorizationParams } = loose({
        authorizationParams: { max_age },
      })
      expect(maxAgeSeconds).toBeUndefined()
      expect(authorizationParams).not.toHaveProperty('max_age')
      expect(problem).toMatchObject({
        error: 'invalid_configuration',
        message: expect.stringContaining('max_age'),
      })
    },
  )
})

describe('required options', () => {
  it.each([
    ['domain', { clientId: 'client-1' }],
    ['clientId', { domain: 'tenant.example.com' }],
    ['domain', {}],
    ['clientId', { domain: 'tenant.example.com', clientId: '' }],
  ])('without %s the constructor does not throw, and the first use does', (name, given) => {
    const options = resolveOptions(given as Auth0ClientOptions)
    const use = () => requireConfiguration(options)
    expect(use).toThrow(InvalidConfigurationError)
    expect(use).toThrow(`"${name}"`)
  })

  it('are no error if both are set', () => {
    expect(() => requireConfiguration(resolve())).not.toThrow()
  })
})

describe('security 8, M14: a tenant on plain http', () => {
  it.each<[string, Partial<Auth0ClientOptions>]>([
    ['domain', { domain: 'http://tenant.example.com' }],
    ['domain with a port and a path', { domain: 'http://tenant.example.com:8080/a' }],
    ['domain that only begins like localhost', { domain: 'http://localhost.example.com' }],
    ['issuer', { issuer: 'http://tenant.example.com/' }],
  ])('is rejected at first use, in the %s', (_, given) => {
    const use = () => requireConfiguration(resolve(given))
    expect(use).toThrow(InvalidConfigurationError)
    expect(use).toThrow(expect.objectContaining({ error: 'invalid_configuration' }))
  })

  it.each(['localhost:3000', 'tenant.localhost', '127.0.0.1:8080', '[::1]:3000'])(
    'is allowed on loopback: %s',
    host => {
      expect(() => requireConfiguration(resolve({ domain: `http://${host}` }))).not.toThrow()
    },
  )
})

/** Freezes an object with all its members. */
const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null)
    Object.values(Object.freeze(value)).map(deepFreeze)
  return value
}

describe('the object with the options', () => {
  it('is never changed', () => {
    const text = fc.string()
    const given = fc.record(
      {
        domain: text,
        clientId: text,
        client_id: text,
        audience: text,
        scope: text,
        advancedOptions: fc.record({ defaultScope: text }, { requiredKeys: [] }),
        authorizationParams: fc.dictionary(
          fc.constantFrom('scope', 'audience', 'max_age', 'custom'),
          fc.oneof(text, fc.dictionary(text, text)),
        ),
        useRefreshTokens: fc.boolean(),
        custom: fc.object(),
        auth0Client: fc.record({ name: text, version: text }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(given, options => {
        const copy = structuredClone(options)
        const first = loose(deepFreeze(options))
        expect(options).toEqual(copy)
        expect(loose(copy)).toEqual(first)
      }),
    )
  })

  it('has no influence on the result afterwards, which is frozen', () => {
    const authorizationParams: ClientAuthorizationParams = { audience: 'a' }
    const options = resolve({ authorizationParams })
    authorizationParams.audience = 'b'
    expect(options.authorizationParams).toEqual({ audience: 'a' })
    expect(Object.isFrozen(options)).toBe(true)
  })
})

describe('invalid numbers', () => {
  it.each([NaN, '60', -1, null, {}])('security 35: the default leeway is used for %j', leeway => {
    expect(loose({ leeway }).leewaySeconds).toBe(60)
  })

  it('time limits are at most what timers support', () => {
    const given = { httpTimeoutInSeconds: Infinity, authorizeTimeoutInSeconds: 2 ** 40 }
    const { httpTimeoutMs, authorizeTimeoutMs } = resolve(given)
    // Longer timers fire at once; the extra time for a late response must fit too.
    for (const ms of [httpTimeoutMs, authorizeTimeoutMs]) expect(ms + 60_000).toBeLessThan(2 ** 31)
  })
})

describe('an invalid domain', () => {
  it.each(['a b', 'https://[', 'tenant.example.com:99999'])(
    'is rejected before it is used: %s',
    domain => {
      const use = () => requireConfiguration(resolve({ domain }))
      expect(use).toThrow(InvalidConfigurationError)
      expect(use).toThrow(`"${domain}" is not a valid domain.`)
    },
  )
})
