import { describe, expectTypeOf, it } from 'vitest'
import {
  type Auth0Client,
  type Auth0ClientOptions,
  CacheKey,
  createAuth0Client,
} from '../../src/index.ts'

declare const auth0: Auth0Client
/** What an application reads from its environment or its own settings. */
declare const maybe: { text?: string; seconds?: number; flag?: boolean }

/** Compiled with `exactOptionalPropertyTypes`, as applications may compile theirs. */
describe('members that may be undefined', () => {
  it('are accepted in the options of a client', () => {
    const options: Auth0ClientOptions = {
      domain: 'd',
      clientId: 'c',
      issuer: maybe.text,
      formerIssuers: undefined,
      cacheLocation: maybe.flag ? 'localstorage' : undefined,
      cache: undefined,
      useRefreshTokens: maybe.flag,
      useRefreshTokensFallback: maybe.flag,
      useMrrt: maybe.flag,
      useDpop: maybe.flag,
      refreshTokenMode: maybe.flag ? 'offline' : undefined,
      authorizeTimeoutInSeconds: maybe.seconds,
      httpTimeoutInSeconds: maybe.seconds,
      idTokenSignature: undefined,
      idTokenSigningAlgs: undefined,
      leeway: maybe.seconds,
      nowProvider: undefined,
      sessionCheckExpiryDays: maybe.seconds,
      cookieDomain: maybe.text,
      legacySameSiteCookie: maybe.flag,
      useCookiesForTransactions: maybe.flag,
      useFormData: maybe.flag,
      allowInsecureRequests: maybe.flag,
      workerUrl: maybe.text,
      interactiveErrorHandler: undefined,
      sessionTransferTokenQueryParamName: maybe.text,
      auth0Client: undefined,
      authorizationParams: {
        redirect_uri: maybe.text,
        audience: maybe.text,
        scope: maybe.text,
        organization: maybe.text,
        max_age: maybe.seconds,
        prompt: undefined,
      },
    }
    expectTypeOf(createAuth0Client).toBeCallableWith(options)
    expectTypeOf(createAuth0Client).toBeCallableWith({
      domain: 'd',
      clientId: 'c',
      authorizationParams: undefined,
    })
  })

  it('are accepted in the options of every call', () => {
    const authorizationParams = {
      redirect_uri: maybe.text,
      audience: maybe.text,
      scope: maybe.text,
    }
    const login = { authorizationParams, appState: maybe.text, fragment: maybe.text }
    expectTypeOf(auth0.loginWithRedirect).toBeCallableWith({ ...login, openUrl: undefined })
    expectTypeOf(auth0.loginWithPopup).toBeCallableWith(
      { authorizationParams: undefined },
      { timeoutInSeconds: maybe.seconds, closePopup: maybe.flag },
    )
    expectTypeOf(auth0.getTokenSilently).toBeCallableWith({
      authorizationParams,
      cacheMode: undefined,
      timeoutInSeconds: maybe.seconds,
      detailedResponse: undefined,
    })
    expectTypeOf(auth0.getTokenWithPopup).toBeCallableWith({ authorizationParams })
    expectTypeOf(auth0.handleRedirectCallback).toBeCallableWith(undefined, { cleanUrl: maybe.flag })
    expectTypeOf(auth0.handleRedirectCallback).toBeCallableWith(new URL('https://app.example.com/'))
    expectTypeOf(auth0.logout).toBeCallableWith({
      clientId: maybe.text,
      openUrl: maybe.flag ? false : undefined,
      logoutParams: { returnTo: maybe.text, federated: maybe.flag },
    })
    expectTypeOf(auth0.logout).toBeCallableWith({ logoutParams: undefined })
    expectTypeOf(auth0.revokeRefreshToken).toBeCallableWith({ audience: maybe.text })
    const fetcher = auth0.createFetcher({
      getAccessToken: undefined,
      baseUrl: maybe.text,
      fetch: undefined,
      dpopNonceId: maybe.text,
      allowedOrigins: undefined,
    })
    expectTypeOf(fetcher.fetchWithAuth).toBeCallableWith('/', undefined, {
      audience: maybe.text,
      scope: undefined,
    })
    expectTypeOf(auth0.getDpopNonce).toBeCallableWith(maybe.text)
    expectTypeOf(auth0.setDpopNonce).toBeCallableWith('nonce', maybe.text)
    const proof = { url: 'https://api.example.com/', method: 'GET', accessToken: 'token' }
    expectTypeOf(auth0.generateDpopProof).toBeCallableWith({ ...proof, nonce: maybe.text })
    expectTypeOf(auth0.customTokenExchange).toBeCallableWith({
      subject_token: 'token',
      subject_token_type: 'urn:acme:token',
      audience: maybe.text,
      scope: maybe.text,
      organization: maybe.text,
      actor_token: maybe.text,
      actor_token_type: maybe.text,
    })
    const key = { clientId: 'c', audience: maybe.text, scope: maybe.text }
    expectTypeOf(new CacheKey(key)).toEqualTypeOf<CacheKey>()
  })
})
