import { describe, expect, it } from 'vitest'
import { InvalidConfigurationError } from '../../src/errors/core.ts'
import { resolveOptions } from '../../src/options.ts'
import {
  normalizeLoginOptions,
  normalizeLogoutOptions,
  normalizeTokenOptions,
} from '../../src/options-v1.ts'
import type { Auth0ClientOptions } from '../../src/types/client-options.ts'

const domain = 'tenant.example.com'
const v1 = (options: object = {}) => resolveOptions({ domain, client_id: 'client-1', ...options })
const v2 = (options: object = {}) =>
  resolveOptions({ domain, clientId: 'client-1', ...options } as Auth0ClientOptions)

/** Those that are text; `max_age` is a number. */
const PARAMETERS = [
  'redirect_uri',
  'audience',
  'display',
  'prompt',
  'ui_locales',
  'id_token_hint',
  'screen_hint',
  'login_hint',
  'acr_values',
  'connection',
  'organization',
  'invitation',
]

const OPTIONS =
  'domain client_id issuer formerIssuers cache useRefreshTokens useRefreshTokensFallback refreshTokenMode useMrrt useDpop useFormData allowInsecureRequests authorizeTimeoutInSeconds httpTimeoutInSeconds leeway nowProvider sessionCheckExpiryDays cookieDomain legacySameSiteCookie useCookiesForTransactions workerUrl auth0Client interactiveErrorHandler sessionTransferTokenQueryParamName anonymousSessionsCacheMode createAnonymousSessionOnFailedSilentAuth enterpriseConnect advancedOptions'.split(
    ' ',
  )

describe('client options of 1.x', () => {
  it('may have client_id in place of clientId, which takes precedence', () => {
    expect(v1()).toMatchObject({ clientId: 'client-1', isLegacyStyle: true })
    expect(v1({ clientId: 'client-2' })).toMatchObject({
      clientId: 'client-2',
      isLegacyStyle: false,
    })
    expect(v2().isLegacyStyle).toBe(false)
  })

  it.each(PARAMETERS)('may have %s at the top level, in both formats', name => {
    expect(v1({ [name]: 'old' }).authorizationParams).toEqual({ [name]: 'old' })
    expect(v2({ [name]: 'old' }).authorizationParams).toEqual({ [name]: 'old' })
  })

  it.each([...PARAMETERS, 'custom'])('are overridden by authorizationParams: %s', name => {
    const given = { [name]: 'old', authorizationParams: { [name]: 'new' } }
    expect(v1(given).authorizationParams).toEqual({ [name]: 'new' })
  })

  it('may have parameters with unknown names, unlike options of 2.x', () => {
    expect(v1({ custom: 'x' }).authorizationParams).toEqual({ custom: 'x' })
    expect(v2({ custom: 'x' }).authorizationParams).toEqual({})
    expect(v1({ clientId: 'client-2', custom: 'x' }).authorizationParams).toEqual({})
  })

  it('are never sent to the tenant as parameters', () => {
    const set = Object.fromEntries(OPTIONS.map(name => [name, 'set']))
    expect(v1({ ...set, custom: 'x' }).authorizationParams).toEqual({ custom: 'x' })
  })

  it('may have max_age at the top level, in both formats, which ID tokens are validated with', () => {
    for (const resolve of [v1, v2]) {
      expect(resolve({ max_age: '60' })).toMatchObject({
        maxAgeSeconds: 60,
        authorizationParams: { max_age: 60 },
      })
      const given = { max_age: 60, authorizationParams: { max_age: 0 } }
      expect(resolve(given).maxAgeSeconds).toBe(0)
    }
  })
})

describe('scopes in options of 1.x', () => {
  it.each([
    [{}, 'openid profile email'],
    [{ scope: 'read' }, 'openid profile email read'],
    [{ scope: 'email read' }, 'openid profile email read'],
    [{ scope: 'read', advancedOptions: {} }, 'openid profile email read'],
    [{ scope: 'read', advancedOptions: { defaultScope: 'email' } }, 'openid email read'],
    [{ scope: 'read', advancedOptions: { defaultScope: '' } }, 'openid read'],
    [{ advancedOptions: { defaultScope: 'email' } }, 'openid email'],
    [{ scope: 'read', authorizationParams: { scope: 'write' } }, 'openid write'],
    [{ scope: 'read', authorizationParams: { audience: 'a' } }, 'openid profile email read'],
    [{ scope: 'read', useRefreshTokens: true }, 'openid profile email read offline_access'],
  ])('%j become %j', (given, scope) => {
    expect(v1(given).scopes).toEqual({ default: scope })
    expect(v2(given).scopes).toEqual({ default: scope })
  })
})

describe('loginWithRedirect with options of 1.x', () => {
  const login = (call: object, isLegacy = false) => normalizeLoginOptions(call, isLegacy)

  it.each([...PARAMETERS, 'scope'])(
    'takes %s from the top level, unless authorizationParams has it',
    name => {
      expect(login({ [name]: 'old' }).authorizationParams).toEqual({ [name]: 'old' })
      const both = { [name]: 'old', authorizationParams: { [name]: 'new' } }
      expect(login(both).authorizationParams).toEqual({ [name]: 'new' })
      const unset = { [name]: 'old', authorizationParams: { [name]: undefined } }
      expect(login(unset).authorizationParams).toEqual({ [name]: 'old' })
    },
  )

  it('keeps options that are not parameters', () => {
    const openUrl = () => {}
    const onRedirect = async () => {}
    const call = { appState: { a: 1 }, fragment: 'f', openUrl, onRedirect }
    expect(login(call, true)).toEqual({ ...call, authorizationParams: {}, replace: false })
  })

  it("replaces the history entry with redirectMethod: 'replace'", () => {
    expect(login({ redirectMethod: 'replace' }, true)).toEqual({
      authorizationParams: {},
      replace: true,
    })
    expect(login({ redirectMethod: 'assign' }).replace).toBe(false)
  })

  it('sends parameters with unknown names only for a client with options of 1.x', () => {
    expect(login({ custom: 'x' }, true).authorizationParams).toEqual({ custom: 'x' })
    expect(login({ custom: 'x' }, false).authorizationParams).toEqual({})
  })

  it('takes no parameters from an event, when it is used as a click handler', () => {
    const event = Object.assign(new Event('click'), { custom: 'x' })
    expect(login(event, true)).toEqual({ authorizationParams: {}, replace: false })
  })

  it('does not change the options', () => {
    const call = { scope: 'a', authorizationParams: Object.freeze({ audience: 'b' }) }
    expect(login(Object.freeze(call)).authorizationParams).toEqual({ scope: 'a', audience: 'b' })
    expect(call).toEqual({ scope: 'a', authorizationParams: { audience: 'b' } })
  })
})

describe('getTokenSilently with options of 1.x', () => {
  it.each<[object, string | undefined]>([
    [{ ignoreCache: true }, 'off'],
    [{ ignoreCache: false }, 'on'],
    [{ ignoreCache: true, cacheMode: 'cache-only' }, 'cache-only'],
    [{ ignoreCache: true, cacheMode: undefined }, 'off'],
    [{ cacheMode: 'off' }, 'off'],
    [{}, undefined],
  ])('uses for %j the cache mode %j', (call, cacheMode) => {
    const options = normalizeTokenOptions(call, true)
    expect(options.cacheMode).toBe(cacheMode)
    expect(options.authorizationParams).toEqual({})
  })

  it('takes parameters from the top level, and keeps its own options', () => {
    const own = { timeoutInSeconds: 5, detailedResponse: true }
    const call = { ...own, audience: 'a', scope: 's', redirect_uri: 'r', custom: 'x' }
    expect(normalizeTokenOptions(call, true)).toEqual({
      ...own,
      authorizationParams: { audience: 'a', scope: 's', redirect_uri: 'r', custom: 'x' },
    })
    expect(normalizeTokenOptions(call, false).authorizationParams).not.toHaveProperty('custom')
  })
})

describe('logout with options of 1.x', () => {
  const openUrl = () => {}
  const logout = (call: object, isLegacy: boolean) => normalizeLogoutOptions(call, isLegacy)
  it.each<[object, object]>([
    [{}, { logoutParams: {} }],
    [{ client_id: 'c' }, { clientId: 'c', logoutParams: {} }],
    [{ client_id: null }, { clientId: null, logoutParams: {} }],
    [
      { client_id: 'c', clientId: 'd' },
      { clientId: 'd', logoutParams: {} },
    ],
    [
      { client_id: 'c', clientId: null },
      { clientId: null, logoutParams: {} },
    ],
    [{ returnTo: 'r', federated: true }, { logoutParams: { returnTo: 'r', federated: true } }],
    [{ returnTo: 'r', logoutParams: { returnTo: 's' } }, { logoutParams: { returnTo: 's' } }],
    [{ localOnly: true }, { openUrl: false, logoutParams: {} }],
    [{ localOnly: false, federated: true }, { logoutParams: { federated: true } }],
    [{ openUrl: false }, { openUrl: false, logoutParams: {} }],
    [{ openUrl }, { openUrl, logoutParams: {} }],
  ])('%j becomes %j', (call, options) => {
    expect(logout(call, true)).toEqual(options)
    expect(logout(call, false)).toEqual(options)
  })

  it('sends parameters with unknown names only for a client with options of 1.x', () => {
    expect(logout({ custom: 'x' }, true).logoutParams).toEqual({ custom: 'x' })
    expect(logout({ custom: 'x' }, false).logoutParams).toEqual({})
  })

  it.each([
    { localOnly: true, federated: true },
    { localOnly: true, logoutParams: { federated: true } },
  ])('rejects %j', call => {
    expect(() => logout(call, true)).toThrow(InvalidConfigurationError)
    expect(() => logout(call, true)).toThrow(/federated.*localOnly/)
  })
})
