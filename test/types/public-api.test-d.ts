import { describe, expectTypeOf, it } from 'vitest'
import createDefault, {
  Auth0Client,
  type Auth0ClientOptions,
  type CacheLocation,
  type CustomTokenExchangeOptions,
  createAuth0Client,
  type GenericError,
  type GetTokenSilentlyVerboseResponse,
  type ICache,
  type IdToken,
  type RefreshTokenMode,
  ResponseType,
  TimeoutError,
  User,
} from '../../src/index.ts'

declare const auth0: Auth0Client

describe('the types applications compile against', () => {
  it('accepts the options of today and those of 1.x', () => {
    expectTypeOf(createAuth0Client({ domain: 'd', clientId: 'c' })).resolves.toEqualTypeOf(auth0)
    expectTypeOf(
      createAuth0Client({
        domain: 'd',
        client_id: 'c',
        audience: 'a',
        cacheLocation: 'localstorage',
        useRefreshTokens: true,
        customParameter: 1,
      }),
    ).resolves.toEqualTypeOf(auth0)
    expectTypeOf(createDefault).toBeCallableWith({ domain: 'd', clientId: 'c' })
    expectTypeOf(createDefault.Auth0Client).toEqualTypeOf(Auth0Client)
  })

  it('refuses options that are missing or wrong', () => {
    // @ts-expect-error: the client id is missing
    createAuth0Client({ domain: 'd' })
    // @ts-expect-error: there is no such option
    createAuth0Client({ domain: 'd', clientId: 'c', cacheLokation: 'memory' })
    // @ts-expect-error: there is no such place
    createAuth0Client({ domain: 'd', clientId: 'c', cacheLocation: 'cookie' })
    expectTypeOf<CacheLocation>().toEqualTypeOf<'memory' | 'localstorage'>()
    expectTypeOf<Auth0ClientOptions['cache']>().toEqualTypeOf<ICache | undefined>()
  })

  it('demands refresh tokens and DPoP for online access', () => {
    const options = { domain: 'd', clientId: 'c', refreshTokenMode: 'online' } as const
    expectTypeOf(
      createAuth0Client({ ...options, useRefreshTokens: true, useDpop: true }),
    ).resolves.toEqualTypeOf(auth0)
    // @ts-expect-error: refresh tokens are not enabled
    createAuth0Client({ ...options, useDpop: true })
    // @ts-expect-error: DPoP is not enabled
    createAuth0Client({ ...options, useRefreshTokens: true })
    // @ts-expect-error: DPoP is disabled
    createAuth0Client({ ...options, useRefreshTokens: true, useDpop: false })
    // @ts-expect-error: the same in the format of 1.x
    createAuth0Client({ domain: 'd', client_id: 'c', refreshTokenMode: 'online', useDpop: true })
    // @ts-expect-error: the default export is the same function
    createDefault({ ...options, useRefreshTokens: true })
    createAuth0Client({ domain: 'd', clientId: 'c', refreshTokenMode: 'offline' })
    // @ts-expect-error: there is no such mode
    createAuth0Client({ domain: 'd', clientId: 'c', refreshTokenMode: 'session' })
  })

  it('accepts a refresh token mode that is known only at run time', () => {
    const settings: Auth0ClientOptions = { domain: 'd', clientId: 'c' }
    const mode: RefreshTokenMode | undefined = auth0 ? 'online' : undefined
    createAuth0Client(settings)
    createAuth0Client({ ...settings, useRefreshTokens: true })
    createAuth0Client({ ...settings, refreshTokenMode: mode as RefreshTokenMode | undefined })
    expectTypeOf(Auth0Client).toBeConstructibleWith({ ...settings, refreshTokenMode: 'online' })
  })

  it('accepts any parameters of a token exchange beside its own', () => {
    const options = { subject_token: 't', subject_token_type: 'urn:acme:token' }
    expectTypeOf({ ...options, device: { id: 1 } }).toExtend<CustomTokenExchangeOptions>()
    expectTypeOf({ subject_token: 't' }).not.toExtend<CustomTokenExchangeOptions>()
    expectTypeOf({ ...options, scope: ['a'] }).not.toExtend<CustomTokenExchangeOptions>()
  })

  it('gives a string, or the whole answer when details are asked for', () => {
    expectTypeOf(auth0.getTokenSilently()).resolves.toEqualTypeOf<string | undefined>()
    expectTypeOf(auth0.getTokenSilently({ cacheMode: 'off' })).resolves.toEqualTypeOf<
      string | undefined
    >()
    expectTypeOf(auth0.getTokenSilently({ detailedResponse: true })).resolves.toEqualTypeOf<
      GetTokenSilentlyVerboseResponse | undefined
    >()
    expectTypeOf<GetTokenSilentlyVerboseResponse>().not.toHaveProperty('refresh_token')
  })

  it('lets applications type their user and their state', async () => {
    interface Person extends User {
      role: string
    }
    expectTypeOf(auth0.getUser<Person>()).resolves.toEqualTypeOf<Person | undefined>()
    const result = await auth0.handleRedirectCallback<{ returnTo: string }>()
    expectTypeOf(result.appState).toEqualTypeOf<{ returnTo: string } | undefined>()
    expectTypeOf((await auth0.handleRedirectCallback()).appState).toBeAny()
    expectTypeOf((await auth0.getIdTokenClaims()) as IdToken).toHaveProperty('__raw')
  })

  it('has classes and values beside the types', () => {
    expectTypeOf(new TimeoutError()).toExtend<GenericError>()
    expectTypeOf(new User().name).toEqualTypeOf<string | undefined>()
    expectTypeOf(ResponseType.Code).toEqualTypeOf<'code'>()
  })
})
