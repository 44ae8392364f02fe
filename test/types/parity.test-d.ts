import type * as reference from '@auth0/auth0-spa-js/dist/typings'
import { describe, expectTypeOf, it } from 'vitest'
import type * as ours from '../../src/index.ts'
import type { Auth0ClientFeatures } from '../../src/types/client-features.ts'
import type {
  MissingMembers,
  MissingOptions,
  MissingValues,
  MoreFetcherOptions,
  MoreOptions,
  MoreValues,
} from './expected-gaps.ts'

/**
 * Code written for the reference compiles against this SDK. `application.ts` is such code;
 * `every-type.ts` checks the list of missing types. Each comparison names what is unlike.
 */

type Reference = typeof reference
type Ours = typeof ours
type CoreOptions = Omit<reference.Auth0ClientOptions, MissingOptions>
type CoreClient = Omit<reference.Auth0Client, MissingMembers>

/** The properties that are spelled out, without an index signature that allows every other. */
type NamedOf<T> = {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: T[Key]
}

/** The names under which something of ours cannot stand where one of the reference's is wanted. */
type Unlike<Actual, Wanted> = {
  [Key in keyof Wanted]: Key extends keyof Actual
    ? [Actual[Key]] extends [Wanted[Key]]
      ? never
      : Key
    : Key
}[keyof Wanted]

/** The names under which one side spells a property out that the other does not. */
type OtherProperties<A, B> = {
  [Key in keyof A & keyof B]: [keyof NamedOf<A[Key]>, keyof NamedOf<B[Key]>] extends [
    keyof NamedOf<B[Key]>,
    keyof NamedOf<A[Key]>,
  ]
    ? never
    : Key
}[keyof A & keyof B]

type ParametersOf<Client> = {
  [Key in keyof Client]: Client[Key] extends (...parameters: infer List) => unknown ? List : never
}
type ResultsOf<Client> = {
  [Key in keyof Client]: Client[Key] extends (...parameters: never[]) => infer Result
    ? Result
    : never
}

/** A field left out and a field that is `undefined` read the same. */
type Loose<T> = { [Key in keyof T]?: T[Key] | undefined }

/** The same with members that may be `undefined` where they may be left out, at every depth. */
type WithUndefined<T> = T extends (...parameters: never[]) => unknown
  ? T
  : T extends object
    ? {
        [Key in keyof T]: WithUndefined<T[Key]> | (object extends Pick<T, Key> ? undefined : never)
      }
    : T

/** Enums differ by name alone; what matters is that the value behind them is the same. */
type WithPlainCode<Result extends { response_type: string }> = Omit<Result, 'response_type'> & {
  response_type: `${Result['response_type']}`
}

/** For types with a parameter. */
interface State {
  returnTo: string
}

/** A class there, with protected members; it is exported as a type alone. */
type PublicFetcher<Output extends reference.CustomFetchMinimalOutput> = Pick<
  reference.Fetcher<Output>,
  keyof reference.Fetcher<Output>
>

interface TheirTypes {
  ActClaim: reference.ActClaim
  Auth0ClientOptions: CoreOptions
  AuthenticationResult: reference.AuthenticationResult
  AuthorizationParams: reference.AuthorizationParams
  AuthorizeOptions: reference.AuthorizeOptions
  Cacheable: reference.Cacheable
  CacheEntry: reference.CacheEntry
  CacheKeyData: reference.CacheKeyData
  CacheLocation: reference.CacheLocation
  ClientAuthorizationParams: reference.ClientAuthorizationParams
  ClientConfiguration: reference.ClientConfiguration
  CustomFetchMinimalOutput: reference.CustomFetchMinimalOutput
  CustomTokenExchangeOptions: reference.CustomTokenExchangeOptions
  DecodedToken: reference.DecodedToken
  Fetcher: PublicFetcher<Response>
  FetcherConfig: reference.FetcherConfig<Response>
  FetchOptions: reference.FetchOptions
  FetchResponse: reference.FetchResponse
  GetTokenSilentlyOptions: reference.GetTokenSilentlyOptions
  GetTokenSilentlyVerboseResponse: reference.GetTokenSilentlyVerboseResponse
  GetTokenWithPopupOptions: reference.GetTokenWithPopupOptions
  ICache: reference.ICache
  IdToken: reference.IdToken
  InteractiveErrorHandler: reference.InteractiveErrorHandler
  JWTVerifyOptions: reference.JWTVerifyOptions
  KeyManifestEntry: reference.KeyManifestEntry
  LogoutOptions: reference.LogoutOptions
  LogoutUrlOptions: reference.LogoutUrlOptions
  MaybePromise: reference.MaybePromise<State>
  MfaRequirements: reference.MfaRequirements
  OAuthTokenOptions: reference.OAuthTokenOptions
  PopupConfigOptions: reference.PopupConfigOptions
  PopupLoginOptions: reference.PopupLoginOptions
  RedirectLoginOptions: reference.RedirectLoginOptions<State>
  RedirectLoginResult: WithPlainCode<reference.RedirectLoginResult<State>>
  RefreshTokenMode: reference.RefreshTokenMode
  RefreshTokenOptions: reference.RefreshTokenOptions
  RevokeRefreshTokenOptions: reference.RevokeRefreshTokenOptions
  TokenEndpointOptions: reference.TokenEndpointOptions
  TokenEndpointResponse: reference.TokenEndpointResponse
  User: reference.User
  WrappedCacheEntry: reference.WrappedCacheEntry
}

interface OurTypes {
  ActClaim: ours.ActClaim
  Auth0ClientOptions: Omit<ours.Auth0ClientOptions, MoreOptions>
  AuthenticationResult: ours.AuthenticationResult
  AuthorizationParams: ours.AuthorizationParams
  AuthorizeOptions: ours.AuthorizeOptions
  Cacheable: ours.Cacheable
  CacheEntry: ours.CacheEntry
  CacheKeyData: ours.CacheKeyData
  CacheLocation: ours.CacheLocation
  ClientAuthorizationParams: ours.ClientAuthorizationParams
  ClientConfiguration: ours.ClientConfiguration
  CustomFetchMinimalOutput: ours.CustomFetchMinimalOutput
  CustomTokenExchangeOptions: ours.CustomTokenExchangeOptions
  DecodedToken: ours.DecodedToken
  Fetcher: ours.Fetcher<Response>
  FetcherConfig: Omit<ours.FetcherConfig<Response>, MoreFetcherOptions>
  FetchOptions: ours.FetchOptions
  FetchResponse: ours.FetchResponse
  GetTokenSilentlyOptions: ours.GetTokenSilentlyOptions
  GetTokenSilentlyVerboseResponse: ours.GetTokenSilentlyVerboseResponse
  GetTokenWithPopupOptions: ours.GetTokenWithPopupOptions
  ICache: ours.ICache
  IdToken: ours.IdToken
  InteractiveErrorHandler: ours.InteractiveErrorHandler
  JWTVerifyOptions: ours.JWTVerifyOptions
  KeyManifestEntry: ours.KeyManifestEntry
  LogoutOptions: ours.LogoutOptions
  LogoutUrlOptions: ours.LogoutUrlOptions
  MaybePromise: ours.MaybePromise<State>
  MfaRequirements: ours.MfaRequirements
  OAuthTokenOptions: ours.OAuthTokenOptions
  PopupConfigOptions: ours.PopupConfigOptions
  PopupLoginOptions: ours.PopupLoginOptions
  RedirectLoginOptions: ours.RedirectLoginOptions<State>
  RedirectLoginResult: WithPlainCode<ours.RedirectLoginResult<State>>
  RefreshTokenMode: ours.RefreshTokenMode
  RefreshTokenOptions: ours.RefreshTokenOptions
  RevokeRefreshTokenOptions: ours.RevokeRefreshTokenOptions
  TokenEndpointOptions: ours.TokenEndpointOptions
  TokenEndpointResponse: ours.TokenEndpointResponse
  User: ours.User
  WrappedCacheEntry: ours.WrappedCacheEntry
}

type ErrorName = Extract<Exclude<keyof Reference, MissingValues>, `${string}Error`>
type Instances<Module, Name extends keyof Module> = {
  [Key in Name]: Module[Key] extends abstract new (
    ...parameters: never[]
  ) => infer Instance
    ? Instance
    : never
}
type Constructors<Module, Name extends keyof Module> = {
  [Key in Name]: Module[Key] extends abstract new (
    ...parameters: infer List
  ) => unknown
    ? List
    : never
}

describe('type parity: what there is', () => {
  it('every value the reference exports is here, or a listed gap', () => {
    expectTypeOf<Exclude<keyof Reference, keyof Ours>>().toEqualTypeOf<MissingValues>()
    expectTypeOf<Exclude<keyof Ours, keyof Reference>>().toEqualTypeOf<MoreValues>()
  })

  it('every member of its client is here, or a listed gap', () => {
    type Missing = Exclude<keyof reference.Auth0Client, keyof ours.Auth0Client>
    type More = Exclude<keyof ours.Auth0Client, keyof reference.Auth0Client>
    expectTypeOf<Missing>().toEqualTypeOf<MissingMembers>()
    expectTypeOf<More>().toEqualTypeOf<'buildAuthorizeUrl' | 'buildLogoutUrl' | 'close'>()
  })

  it('every option of its client is here, or a listed gap', () => {
    type Missing = Exclude<keyof reference.Auth0ClientOptions, keyof ours.Auth0ClientOptions>
    type More = Exclude<keyof ours.Auth0ClientOptions, keyof reference.Auth0ClientOptions>
    expectTypeOf<Missing>().toEqualTypeOf<MissingOptions>()
    expectTypeOf<More>().toEqualTypeOf<MoreOptions>()
  })
})

describe('type parity: what it is like', () => {
  it('the application is compiled against this SDK here, and against the reference by tsc', () => {
    // Of the two configurations, only that of the type tests has exact optional properties.
    type IsHere = { key: undefined } extends { key?: string } ? false : true
    type Application = typeof import('@auth0/auth0-spa-js')
    expectTypeOf<'default' extends keyof Application ? true : false>().toEqualTypeOf<IsHere>()
  })

  it('the types are interchangeable, and none spells out more or less', () => {
    // Ours accept `undefined` in exact optional members too; see `optional-members.test-d.ts`.
    expectTypeOf<Unlike<OurTypes, WithUndefined<TheirTypes>>>().toBeNever()
    expectTypeOf<Unlike<TheirTypes, OurTypes>>().toBeNever()
    expectTypeOf<OtherProperties<OurTypes, TheirTypes>>().toBeNever()
  })

  it('options of the reference make a client', () => {
    type Options = ConstructorParameters<Ours['Auth0Client']>[0]
    expectTypeOf<reference.Auth0ClientOptions>().toExtend<Options>()
    expectTypeOf<Parameters<Reference['createAuth0Client']>[0]>().toExtend<
      Parameters<Ours['createAuth0Client']>[0]
    >()
    expectTypeOf<ReturnType<Ours['createAuth0Client']>>().toEqualTypeOf<Promise<ours.Auth0Client>>()
  })

  it('the methods take what those of the reference take', () => {
    expectTypeOf<
      Unlike<ParametersOf<CoreClient>, Pick<ParametersOf<ours.Auth0Client>, keyof CoreClient>>
    >().toBeNever()
  })

  it('they give what those of the reference give', () => {
    // Their results are compared above, as `RedirectLoginResult` and `Fetcher`.
    type Compared = Omit<CoreClient, 'handleRedirectCallback' | 'createFetcher'>
    expectTypeOf<Unlike<ResultsOf<ours.Auth0Client>, ResultsOf<Compared>>>().toBeNever()
    // As a whole: overloads and type parameters included.
    expectTypeOf<Unlike<ours.Auth0Client, Compared>>().toBeNever()
  })

  it('the methods that are loaded when called are like those of the reference', () => {
    type Theirs = Pick<reference.Auth0Client, keyof Auth0ClientFeatures>
    type Compared = Omit<Theirs, 'createFetcher'>
    expectTypeOf<
      Unlike<ParametersOf<Theirs>, ParametersOf<Pick<Auth0ClientFeatures, keyof Theirs>>>
    >().toBeNever()
    expectTypeOf<Unlike<ResultsOf<Auth0ClientFeatures>, ResultsOf<Compared>>>().toBeNever()
    expectTypeOf<Unlike<Auth0ClientFeatures, Compared>>().toBeNever()
  })

  it('a fetcher returns what its fetch function returns, by default a response', () => {
    interface Answer {
      status: number
      headers: [string, string][]
      data: State
    }
    const send = async (_request: Request) => ({}) as Answer
    const theirs = {} as reference.Auth0Client
    expectTypeOf(theirs.createFetcher()).toExtend<ours.Fetcher<Response>>()
    expectTypeOf(theirs.createFetcher({ fetch: send })).toExtend<ours.Fetcher<Answer>>()
    const own = {} as Auth0ClientFeatures
    expectTypeOf(own.createFetcher()).toEqualTypeOf<ours.Fetcher<Response>>()
    expectTypeOf(own.createFetcher({ fetch: send })).toEqualTypeOf<ours.Fetcher<Answer>>()
    // @ts-expect-error: a response has a status
    ;() => own.createFetcher({ fetch: async () => ({ headers: new Headers() }) })
  })

  it('a redirect login comes back with the state of the application', () => {
    type Callback = ours.Auth0Client['handleRedirectCallback']
    expectTypeOf<ReturnType<Callback>>().resolves.toEqualTypeOf<ours.RedirectLoginResult<unknown>>()
    expectTypeOf<WithPlainCode<ours.RedirectLoginResult<State>>>().toExtend<
      WithPlainCode<reference.RedirectLoginResult<State>>
    >()
  })

  it('the errors have the same fields and are made from the same arguments', () => {
    type Theirs = Instances<Reference, ErrorName>
    type Own = Instances<Ours, ErrorName>
    expectTypeOf<Unlike<Own, Theirs>>().toBeNever()
    expectTypeOf<Unlike<Theirs, Own>>().toBeNever()
    expectTypeOf<OtherProperties<Own, Theirs>>().toBeNever()
    expectTypeOf<
      Unlike<Constructors<Reference, ErrorName>, Constructors<Ours, ErrorName>>
    >().toBeNever()
    expectTypeOf<Parameters<Reference['GenericError']['fromPayload']>>().toExtend<
      Parameters<Ours['GenericError']['fromPayload']>
    >()
  })

  it('the caches and the constants are interchangeable', () => {
    type Name = 'InMemoryCache' | 'LocalStorageCache' | 'CacheKey'
    expectTypeOf<Unlike<Constructors<Reference, Name>, Constructors<Ours, Name>>>().toBeNever()
    expectTypeOf<ours.InMemoryCache>().toExtend<reference.InMemoryCache>()
    expectTypeOf<reference.InMemoryCache>().toExtend<ours.InMemoryCache>()
    expectTypeOf<ours.LocalStorageCache>().toExtend<reference.LocalStorageCache>()
    expectTypeOf<Loose<ours.CacheKey>>().toExtend<Loose<reference.CacheKey>>()
    expectTypeOf<keyof ours.CacheKey>().toEqualTypeOf<keyof reference.CacheKey>()
    expectTypeOf<Parameters<Reference['CacheKey']['fromCacheEntry']>>().toExtend<
      Parameters<Ours['CacheKey']['fromCacheEntry']>
    >()
    expectTypeOf<Ours['RefreshTokenMode']>().toEqualTypeOf<Reference['RefreshTokenMode']>()
    expectTypeOf<keyof Ours['ResponseType']>().toEqualTypeOf<keyof Reference['ResponseType']>()
    expectTypeOf<ours.ResponseType>().toEqualTypeOf<`${reference.ResponseType}`>()
  })
})

/**
 * Code that compiles against the reference and not against this SDK. Each line fails as soon as it
 * compiles: then it comes off this list.
 */
describe('type parity: differences that an application may notice', () => {
  it('a callback never ends in a connected account', () => {
    const result = {} as ours.RedirectLoginResult
    const { ConnectCode } = {} as Ours['ResponseType']
    // @ts-expect-error: the extended set, where the result is one of two
    ;() => result.response_type === ConnectCode
  })
})
