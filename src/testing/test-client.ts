import { callParameters } from '../flows/call-parameters.ts'
import {
  Auth0Client,
  type Auth0ClientOptions,
  type GetTokenSilentlyOptions,
  type GetTokenSilentlyVerboseResponse,
  type RedirectLoginResult,
  type User,
} from '../index.ts'
import { requireConfiguration, resolveOptions } from '../options.ts'
import { modernLoginOptions, modernLogoutOptions, modernTokenOptions } from '../options-v1.ts'
import { logoutUrl } from '../protocol/logout-url.ts'
import { type ClientMethod, recordCalls, type TestCall } from './call-record.ts'
import { createTestLogins, type TestLoginAnswer } from './test-logins.ts'
import { createTestSession, SOMEBODY } from './test-session.ts'
import type { TestTokens } from './test-tokens.ts'

/**
 * Options of `createTestClient`, and all those of a real client, so that an application can pass
 * its own. Where tokens are kept and how they are renewed makes no difference here.
 */
export interface TestClientOptions extends Partial<Auth0ClientOptions> {
  /** Who is signed in from the beginning. Default: nobody. */
  user?: User | undefined
  /** Whom a login signs in. Default: `user`, or a user made up. */
  loginUser?: User | undefined
  /** The access tokens. Default: `test-token-1`, `test-token-2`, … */
  tokens?: TestTokens | undefined
  /**
   * When a redirect login signs in:
   * - `'callback'` (default): in `handleRedirectCallback`, as in a browser.
   * - `'at-once'`: in `loginWithRedirect` already, for places where nothing comes back, such as
   *   Storybook.
   */
  redirectLogin?: 'callback' | 'at-once' | undefined
}

/** An `Auth0Client` without a tenant, and what a test does with it. */
export interface TestClient extends Auth0Client {
  /** What the application called, in order. */
  readonly calls: readonly TestCall[]
  /**
   * Makes the next call of a method fail; several failures of one method queue up. A failure
   * `login_required` of `getTokenSilently` signs out, as in the real client.
   */
  failNext(method: Exclude<ClientMethod, 'checkSession'>, error: Error): void
  /** Signs somebody in, without a login of the application's. Default: `loginUser`. */
  signIn(user?: User): void
  /** Ends the session, as another tab or the tenant would. */
  signOut(): void
  /**
   * The address that a tenant would send the browser back to after the last `loginWithRedirect`.
   *
   * @param answer a code unless given; `{ error: 'access_denied' }` for a login that failed
   */
  callbackUrl(answer?: TestLoginAnswer): string
}

/**
 * A client for tests of an application: the whole interface of `Auth0Client`, without network,
 * storage or navigation. It works in Node, in happy-dom, jsdom and browsers.
 *
 * It behaves as the real one as far as an application can see: `loginWithRedirect` begins a login,
 * which `handleRedirectCallback` finishes; tokens are cached by audience and scope; errors are of
 * the real classes. What it leaves out: it opens no window, keeps nothing over a reload, does not
 * touch the address bar, and at `revokeRefreshToken` there is nothing to revoke.
 *
 * @example
 * ```ts
 * const auth0 = createTestClient({ user: { sub: 'auth0|ada', name: 'Ada' } })
 * render(<App auth0={auth0} />)
 * await user.click(screen.getByText('Sign out'))
 * expect(auth0.calls.at(-1)).toMatchObject({ method: 'logout' })
 * expect(await auth0.isAuthenticated()).toBe(false)
 * ```
 * @example A login that comes back
 * ```ts
 * const auth0 = createTestClient({ loginUser: ada })
 * await auth0.loginWithRedirect({ appState: { returnTo: '/inbox' } })
 * const { appState } = await auth0.handleRedirectCallback(auth0.callbackUrl())
 * ```
 * @example What happens when the session has ended
 * ```ts
 * auth0.failNext('getTokenSilently', new GenericError('login_required', 'Login required'))
 * ```
 */
export const createTestClient = (given: TestClientOptions = {}): TestClient => {
  const { user, loginUser = user ?? SOMEBODY, tokens, redirectLogin, ...others } = given
  const options = resolveOptions({
    domain: 'tenant.example.com',
    clientId: 'test-client',
    ...others,
  })
  const session = createTestSession({ options, loginUser, source: tokens })
  const logins = createTestLogins(options)
  const calls: TestCall[] = []
  const failures: { method: ClientMethod; error: Error }[] = []
  let last: { url: string | undefined; result: Promise<RedirectLoginResult> } | undefined

  const getToken = async (
    call: GetTokenSilentlyOptions = {},
  ): Promise<GetTokenSilentlyVerboseResponse | undefined> => {
    requireConfiguration(options)
    const { cacheMode, authorizationParams } = modernTokenOptions(call, options.isLegacyStyle)
    return session.getToken(callParameters(options, authorizationParams).slot, cacheMode)
  }

  const methods = {
    loginWithRedirect: async (call = {}) => {
      requireConfiguration(options)
      const { url, slot } = logins.begin(call)
      await (call.openUrl ?? call.onRedirect)?.(url)
      if (redirectLogin === 'at-once') await session.login(slot)
    },
    handleRedirectCallback: async url => {
      requireConfiguration(options)
      const answer = url ?? (logins.isAnyPending() ? logins.callbackUrl() : last?.url)
      if (last && last.url === answer) return last.result
      const { slot, appState, refusal } = logins.take(answer)
      const finish = async (): Promise<RedirectLoginResult> => {
        if (refusal) throw refusal
        await session.login(slot)
        return { ...(appState !== undefined && { appState }), response_type: 'code' }
      }
      last = { url: answer, result: finish() }
      return last.result
    },
    loginWithPopup: async (call = {}, config = {}) => {
      requireConfiguration(options)
      const { authorizationParams } = modernLoginOptions(call, options.isLegacyStyle)
      await session.login(callParameters(options, authorizationParams).slot)
      if (config.closePopup !== false) config.popup?.close()
    },
    getTokenWithPopup: async (call, config) => {
      await methods.loginWithPopup(call, config)
      return (await getToken({ ...call, cacheMode: 'cache-only' }))?.access_token
    },
    checkSession: async call => {
      if (session.isSignedIn()) await getToken(call).catch(() => {})
    },
    getTokenSilently: (async (call?: GetTokenSilentlyOptions) => {
      const answer = await getToken(call)
      return call?.detailedResponse ? answer : answer?.access_token
    }) as Auth0Client['getTokenSilently'],
    getUser: async <TUser extends User>() => session.identify()?.user as TUser | undefined,
    getIdTokenClaims: async () => session.identify()?.claims,
    isAuthenticated: async () => session.isSignedIn(),
    logout: async (call = {}) => {
      const url = methods.buildLogoutUrl(call)
      const { clientId, openUrl, onRedirect } = modernLogoutOptions(call, options.isLegacyStyle)
      if ((clientId ?? options.clientId) === options.clientId) session.signOut()
      const leave = openUrl ?? onRedirect
      if (typeof leave === 'function') await leave(url)
    },
    revokeRefreshToken: async () => {},
    buildAuthorizeUrl: async (call = {}) => {
      requireConfiguration(options)
      return logins.begin(call).url
    },
    buildLogoutUrl: (call = {}) => {
      requireConfiguration(options)
      return logoutUrl(options, modernLogoutOptions(call, options.isLegacyStyle))
    },
    getConfiguration: () => Object.freeze({ domain: options.domain, clientId: options.clientId }),
  } satisfies Pick<Auth0Client, keyof Auth0Client>

  const failure = (method: ClientMethod): Error | undefined => {
    const at = failures.findIndex(next => next.method === method)
    const error = at < 0 ? undefined : failures.splice(at, 1)[0]?.error
    if (method === 'getTokenSilently') session.lapse(error)
    return error
  }

  if (user) session.signIn(user)
  return Object.assign(
    Object.create(Auth0Client.prototype) as Auth0Client,
    recordCalls(methods, { calls, failure }),
    {
      calls,
      failNext: (method: ClientMethod, error: Error) => {
        failures.push({ method, error })
      },
      signIn: session.signIn,
      signOut: session.signOut,
      callbackUrl: logins.callbackUrl,
    },
  )
}
