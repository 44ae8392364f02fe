import { hasWorkers, isBrowser } from './browser/environment.ts'
import { fetchHttp } from './browser/fetch-http.ts'
import { runIframe } from './browser/iframe.ts'
import { iframeBlockedReason } from './browser/iframe-blocked-reason.ts'
import { onOnline } from './browser/page-events.ts'
import { createTabLock } from './browser/tab-lock.ts'
import { GenericError, TimeoutError } from './errors/core.ts'
import { callParameters } from './flows/call-parameters.ts'
import type { Core, TokenRuntime } from './flows/core-interface.ts'
import { getTokenWithPopup } from './flows/get-token-with-popup.ts'
import { createRedirectCallback } from './flows/handle-redirect-callback.ts'
import { loginInPopup } from './flows/login-in-popup.ts'
import { recoverWithPopup } from './flows/recover-with-popup.ts'
import { revokeRefreshToken } from './flows/revoke-refresh-token.ts'
import { formFields } from './form-encode.ts'
import type { Http } from './http.ts'
import { type Lazy, lazy, loadModule } from './lazy.ts'
import { requireConfiguration } from './options.ts'
import { parseWebMessage } from './protocol/authorization-response.ts'
import { parseTokenResponse, tokenRequest } from './protocol/token-endpoint.ts'
import type { verifySignature } from './protocol/verify-signature.ts'
import { createBackoff } from './renewal/backoff.ts'
import { createRenew } from './renewal/renew.ts'
import { createRenewWithIframe } from './renewal/renew-with-iframe.ts'
import { createRenewWithRefreshToken } from './renewal/renew-with-refresh-token.ts'
import { validateTokens } from './session/accept-tokens.ts'
import { createExchange } from './session/exchange.ts'
import { createRecentTokens } from './session/recent-tokens.ts'
import { createRedeemCode } from './session/redeem-code.ts'
import type { SessionTurns } from './session/session-turns.ts'
import { createPrefetchKeys } from './session/signing-keys.ts'
import { createRenewalLock } from './storage/lock/renewal-lock.ts'
import { readOrganizationHint } from './storage/organization-hint.ts'
import { createRefreshTokens } from './storage/refresh-tokens.ts'
import type { ToError } from './worker/messages.ts'
import type { LazyWorkerHttp } from './worker/worker-http.ts'

export { connectTabs } from './session/connect-tabs.ts'

const FORGOTTEN =
  '[latchkey] The cookie that a reload needs to stay signed in was not stored: check `cookieDomain`, allow cookies.'

const toError: ToError = ({ error, error_description, cause }) =>
  error === 'timeout'
    ? new TimeoutError(error_description, { cause })
    : new GenericError(error, error_description, { cause })

/** The worker is used only with the built-in memory cache and refresh tokens. */
const loadWorkerFor = ({
  options,
  server,
  platform,
  closed,
}: Core): Lazy<LazyWorkerHttp> | undefined => {
  const { useRefreshTokens, cache, cacheLocation, workerUrl } = options
  const isUsed = useRefreshTokens && !cache && cacheLocation === 'memory'
  if (!isUsed || platform.http || !hasWorkers()) return
  return lazy(async () => {
    const { createWorkerHttp } = await loadModule('worker-http', import('./worker/worker-http.ts'))
    const { token_endpoint, revocation_endpoint } = await server()
    const tokenFields = { [token_endpoint]: 'refresh_token', [revocation_endpoint]: 'token' }
    return createWorkerHttp({
      workerUrl,
      tokenFields,
      http: fetchHttp,
      toError,
      formFields,
      closed,
    })
  })
}

/**
 * Everything that gets, renews and revokes tokens, loaded on demand.
 *
 * @param turns what reads and writes the session while no other tab does
 * @param signatures the module that verifies signatures, unless they are not verified
 */
export const createTokenRuntime = (
  core: Core,
  turns: SessionTurns,
  signatures: { verifySignature: typeof verifySignature } | undefined,
): TokenRuntime => {
  const { options, platform, server, events, session } = core
  const { tokenStore, identities, sessionCookies, loadDpop } = core
  const loadWorker = loadWorkerFor(core)
  const keysHttp = platform.http ?? fetchHttp
  const plainHttp: Http = loadWorker
    ? async request => (await loadWorker()).send(request)
    : (platform.http ?? fetchHttp)
  const http: Http = loadDpop
    ? async request => (await loadDpop()).decorate(plainHttp)(request)
    : plainHttp

  /** Reads the key, or creates it: without one no token can be requested. */
  const prepareDpop = async () => (await loadDpop?.())?.thumbprint()

  const tabLock = platform.tabLock ?? createTabLock()
  const lock = createRenewalLock({ options, tabLock })
  const refreshTokens = createRefreshTokens(options)
  const backoff = createBackoff()
  const prefetchKeys =
    signatures &&
    createPrefetchKeys({
      options,
      http: keysHttp,
      verifySignature: signatures.verifySignature,
    })
  const exchange = createExchange({
    options,
    server,
    http,
    prefetchKeys,
    session,
    refreshTokens,
    tokenStore,
    identities,
    sessionCookies,
    turns,
    events,
    pauseFor: backoff.pauseFor,
  })
  let wasSignedIn = false
  const blockedReason = platform.runIframe ? () => undefined : iframeBlockedReason
  const renew = createRenew({
    options,
    session,
    sessionCookies,
    turns,
    tokenStore,
    identities,
    refreshTokens,
    lock,
    backoff,
    byRefreshToken: createRenewWithRefreshToken({
      options,
      exchange,
      refreshTokens,
      turns,
      lock,
    }),
    byIframe: createRenewWithIframe({
      options,
      server,
      loadDpop,
      exchange,
      tabLock,
      isExpected: () => {
        // The first failure removes the cookie.
        wasSignedIn ||= sessionCookies.isSignedIn()
        return wasSignedIn
      },
      lastOrganization: () => readOrganizationHint(core.cookies, options),
      blockedReason,
      runIframe: platform.runIframe ?? ((url, wait) => runIframe(url, wait, parseWebMessage)),
    }),
    blockedReason,
    prepare: prepareDpop,
  })
  /** With refresh tokens in a cache that stays, a reload finds the session without the cookie. */
  let needsCookie =
    isBrowser() &&
    !(options.useRefreshTokens && (options.cache || options.cacheLocation === 'localstorage'))
  const redeemCode = createRedeemCode({ exchange, events })
  const signIn = {
    exchange: redeemCode,
    prepare: () => Promise.all([loadWorker?.(), prepareDpop()]),
  }

  events.on('signed-in', ({ origin }) => {
    backoff.reset()
    if (origin === 'other-tab' || !needsCookie || sessionCookies.isSignedIn()) return
    console.warn(FORGOTTEN)
    needsCookie = false
  })
  events.on('ended', ({ reason, origin, successor }) => {
    if (reason === 'logout') wasSignedIn = false
    if (origin === 'other-tab') backoff.reset()
    return loadWorker?.loaded()?.clear(successor)
  })
  events.on('sign-in-rejected', async ({ refresh_token }) => {
    // A server may give the same token to several logins.
    if (refreshTokens.isStored(await tokenStore.load(), refresh_token)) return
    await loadWorker?.loaded()?.drop(refresh_token)
  })
  onOnline(backoff.reset, core.closed)
  return {
    recentTokens: createRecentTokens({ options, peek: core.peek, session, tokenStore, events }),
    http,
    lock,
    refreshTokens,
    redeemCode,
    renew,
    loadTokenExchange: lazy(async () => {
      const { createTokenExchange } = await loadModule(
        'token-exchange',
        import('./features/token-exchange/create-token-exchange.ts'),
      )
      return createTokenExchange({
        options,
        server,
        http,
        prefetchKeys,
        exchange: redeemCode,
        parametersOf: call => callParameters(options, call),
        isReference: token => loadWorker?.loaded()?.isReference(token) ?? false,
        requireConfiguration,
        tokenRequest,
        parseTokenResponse,
        validateTokens,
      })
    }),
    handleRedirectCallback: createRedirectCallback(core, signIn),
    loginInPopup: (popup, call, config) => loginInPopup(core, signIn, popup, call, config),
    getTokenWithPopup: call => getTokenWithPopup(core, call),
    revokeRefreshToken: call =>
      revokeRefreshToken(core, { http, lock, refreshTokens, turns }, call),
    recoverWithPopup: (error, call) => recoverWithPopup(core, error, call),
  }
}
