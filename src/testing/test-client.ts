import { currentOrigin } from '../browser/location.ts'
import { createCore } from '../core.ts'
import type { Core } from '../flows/core-interface.ts'
import {
  Auth0Client,
  type Auth0ClientOptions,
  type RedirectLoginOptions,
  type User,
} from '../index.ts'
import { resolveOptions } from '../options.ts'
import { isLoginRequired } from '../protocol/error-codes.ts'
import { hasUsableTokens } from '../session/usable-tokens.ts'
import { type ClientMethod, recordCalls, type TestCall } from './call-record.ts'
import { createPendingLogins, type TestLoginAnswer } from './pending-logins.ts'
import { createTestIdentity, ID_TOKEN_LIFETIME_SECONDS } from './test-identity.ts'
import { createTestPlatform } from './test-platform.ts'
import { createTestTenant } from './test-tenant.ts'
import type { TestTenant } from './test-tenant-types.ts'
import { createTokenSource, type TestTokens } from './test-tokens.ts'

/**
 * Options of `createTestClient`, and all those of a real client, so that an application can pass
 * its own. Tokens are always kept in memory, and signatures are not verified.
 */
export interface TestClientOptions extends Partial<Auth0ClientOptions> {
  /** The user who is signed in from the start. Default: none. */
  user?: User | undefined
  /** The user whom a login signs in. Default: `user`, or a test user. */
  loginUser?: User | undefined
  /** The access tokens. Default: `test-token-1`, `test-token-2`, … */
  tokens?: TestTokens | undefined
  /**
   * When a redirect login signs in:
   * - `'callback'` (default): in `handleRedirectCallback`, as in a browser.
   * - `'at-once'`: already in `loginWithRedirect`, for places without a callback, such as Storybook.
   */
  redirectLogin?: 'callback' | 'at-once' | undefined
}

/** A real `Auth0Client` on a test tenant in the same process. */
export interface TestClient extends Auth0Client {
  /** The calls of the application, in order. */
  readonly calls: readonly TestCall[]
  /** The URLs that the client would have navigated to, in order. */
  readonly navigations: readonly string[]
  /**
   * Makes the next call of a method fail; several failures of one method queue up. A failure
   * `login_required` of `getTokenSilently` signs out, as in a browser.
   */
  failNext(method: Exclude<ClientMethod, 'checkSession'>, error: Error): void
  /** Signs a user in, without a login of the application. Default: `loginUser`. */
  signIn(user?: User): void
  /** Ends the session, as another tab or the tenant would. */
  signOut(): void
  /**
   * The URL that the tenant would redirect to after the last `loginWithRedirect`.
   *
   * @param answer default: a code; `{ error: 'access_denied' }` for a login that failed
   */
  callbackUrl(answer?: TestLoginAnswer): string
}

const TEST_USER = {
  sub: 'auth0|test-user',
  name: 'Test User',
  email: 'user@example.com',
} satisfies User

/** ID tokens need a subject. */
const withSubject = (user: User): User => ({ ...user, sub: user.sub ?? TEST_USER.sub })

const METHODS = [
  'loginWithRedirect',
  'loginWithPopup',
  'getTokenWithPopup',
  'handleRedirectCallback',
  'checkSession',
  'getTokenSilently',
  'getUser',
  'getIdTokenClaims',
  'isAuthenticated',
  'logout',
  'revokeRefreshToken',
  'loginWithCustomTokenExchange',
  'exchangeToken',
  'customTokenExchange',
  'buildAuthorizeUrl',
  'buildLogoutUrl',
  'getConfiguration',
  'close',
] as const satisfies ClientMethod[]

/** A failure of a silent renewal ends a session that has nothing left to renew with. */
const endLostSession = async (core: Core, error: unknown): Promise<void> => {
  const isUsable =
    core.options.useRefreshTokens && (await hasUsableTokens(core, await core.tokenStore.load()))
  if (isLoginRequired(error) && !isUsable) await core.session.end('login_required')
}

/** Signs in and out without a login; the calls of the application wait for it. */
const createSessionControl = (core: Core, tenant: Pick<TestTenant, 'signIn'>) => {
  const { options, identities, session, sessionCookies } = core
  let pending: Promise<unknown> = Promise.resolve()

  const signIn = async (given: User): Promise<void> => {
    const user = withSubject(given)
    const before = await identities.current()
    if (before && before.claims.sub !== user.sub) await session.end('user-changed')
    const nowSeconds = Math.floor((await options.nowProvider()) / 1000)
    const identity = createTestIdentity(user, options, nowSeconds)
    await identities.save(identity.claims.__raw, identity)
    sessionCookies.save(undefined)
    tenant.signIn(user)
  }

  return {
    signIn: (user: User): void => {
      pending = pending.then(() => signIn(user))
    },
    signOut: (): void => {
      pending = pending.then(() => session.end('logout'))
    },
    settled: () => pending,
  }
}

/** Adds `redirect_uri` where there is no page whose origin could be used, such as in Node. */
const withDefaults = (given: Partial<Auth0ClientOptions>): Auth0ClientOptions => ({
  domain: 'tenant.example.com',
  clientId: 'test-client',
  ...given,
  authorizationParams: {
    redirect_uri: currentOrigin() ?? 'http://localhost',
    ...given.authorizationParams,
  },
  cacheLocation: 'memory',
  cache: undefined as never,
  idTokenSignature: 'trust-tls',
  idTokenSigningAlgs: ['RS256'],
})

/**
 * Creates a client for tests of an application: a real `Auth0Client` on a test tenant in the same
 * process, without network, storage or navigation. It works in Node, happy-dom, jsdom and browsers
 * that have Web Crypto.
 *
 * `loginWithRedirect` starts a login, which `handleRedirectCallback` finishes; tokens are cached and
 * renewed as in a browser. It opens no window, keeps nothing after a reload, and does not change the
 * address bar.
 *
 * @example
 * ```ts
 * const auth0 = createTestClient({ user: { sub: 'auth0|ada', name: 'Ada' } })
 * render(<App auth0={auth0} />)
 * await user.click(screen.getByText('Sign out'))
 * expect(auth0.calls.at(-1)).toMatchObject({ method: 'logout' })
 * expect(await auth0.isAuthenticated()).toBe(false)
 * ```
 * @example A redirect login
 * ```ts
 * const auth0 = createTestClient({ loginUser: ada })
 * await auth0.loginWithRedirect({ appState: { returnTo: '/inbox' } })
 * const { appState } = await auth0.handleRedirectCallback(auth0.callbackUrl())
 * ```
 * @example A session that has ended
 * ```ts
 * auth0.failNext('getTokenSilently', new GenericError('login_required', 'Login required'))
 * ```
 */
export const createTestClient = (given: TestClientOptions = {}): TestClient => {
  const { user, loginUser: givenLoginUser = user, tokens, redirectLogin, ...others } = given
  const loginUser = withSubject(givenLoginUser ?? TEST_USER)
  const options = withDefaults(others)
  const { issuer, nowProvider } = resolveOptions(options)
  const tenant = createTestTenant({
    domain: options.domain,
    user: loginUser,
    opaqueAccessTokens: true,
    validateSubjectToken: () => loginUser,
  })
  const navigations: string[] = []
  const platform = createTestPlatform({
    tenant,
    navigations,
    loginUser,
    nextToken: createTokenSource(tokens),
    idTokenClaims: async () => {
      const iat = Math.floor((await nowProvider()) / 1000)
      return { iss: issuer, iat, exp: iat + ID_TOKEN_LIFETIME_SECONDS }
    },
  })
  const core = createCore(options, platform)
  const Client = Auth0Client as unknown as new (options: object, core: Core) => Auth0Client
  const client = new Client(options, core)
  const logins = createPendingLogins(tenant, loginUser)
  const control = createSessionControl(core, tenant)
  const calls: TestCall[] = []
  const failures: { method: ClientMethod; error: Error }[] = []

  const takeFailure = (method: ClientMethod): Error | undefined => {
    const index = failures.findIndex(next => next.method === method)
    return index < 0 ? undefined : failures.splice(index, 1)[0]?.error
  }

  const real = Object.fromEntries(
    METHODS.map(name => [name, Auth0Client.prototype[name].bind(client)]),
  ) as Pick<Auth0Client, (typeof METHODS)[number]>

  const redirectUri = `${options.authorizationParams?.redirect_uri}`
  const handleRedirectCallback: Auth0Client['handleRedirectCallback'] = async (
    url = logins.currentUrl(redirectUri),
    callbackOptions,
  ) => {
    let isSignedIn = false
    try {
      const result = await real.handleRedirectCallback(url, { ...callbackOptions, cleanUrl: false })
      isSignedIn = true
      return result
    } finally {
      logins.finish(String(url), isSignedIn)
    }
  }

  const methods = {
    ...real,
    handleRedirectCallback,
    loginWithRedirect: async (call: RedirectLoginOptions = {}) => {
      const openUrl = call.openUrl ?? call.onRedirect ?? core.platform.navigate
      await real.loginWithRedirect({
        ...call,
        openUrl: async url => {
          await logins.begin(url)
          await openUrl(url)
        },
      })
      if (redirectLogin === 'at-once') await handleRedirectCallback()
    },
    buildAuthorizeUrl: async (call?: RedirectLoginOptions) => {
      const url = await real.buildAuthorizeUrl(call)
      await logins.begin(url)
      return url
    },
  }

  if (user) control.signIn(user)
  const recorded = recordCalls(methods, {
    calls,
    beforeCall: async method => {
      await control.settled()
      const error = takeFailure(method)
      if (!error) return
      if (method === 'getTokenSilently') await endLostSession(core, error)
      throw error
    },
    throwFailure: method => {
      const error = takeFailure(method)
      if (error) throw error
    },
  })
  return Object.assign(client, recorded, {
    calls,
    navigations,
    failNext: (method: ClientMethod, error: Error) => {
      failures.push({ method, error })
    },
    signIn: (person: User = loginUser) => control.signIn(person),
    signOut: control.signOut,
    callbackUrl: logins.callbackUrl,
  })
}
