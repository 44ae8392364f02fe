import { apiUrl, clientId, domain, nonceSwitchUrl } from '../config.js'
import { createApiCalls } from './api-calls.js'
import { createCountdown } from './countdown.js'
import { find } from './find.js'
import { finishLogin } from './finish-login.js'
import { followOtherTabs } from './follow-other-tabs.js'
import { createIdentityView } from './identity-view.js'
import { createLastCallView } from './last-call-view.js'
import { createLogView } from './log-view.js'
import { createMeasureCall } from './measure-call.js'
import { wireNonceSwitch } from './nonce-switch.js'
import { createProblemView } from './problem-view.js'
import { createProofView } from './proof-view.js'
import { createRenewalRounds } from './renewal-rounds.js'
import { createRoundView } from './round-view.js'
import { Auth0Client } from './sdk.js'
import { loadSettings, onSettingsOfAnotherTab, saveSettings } from './settings.js'
import { wireSettingsForm } from './settings-form.js'
import { openTabChannel } from './tab-channel.js'
import { countTabs } from './tab-presence.js'
import { createCache, inspectTokenCache } from './token-cache.js'
import { createTokenView } from './token-view.js'
import { watchWire } from './watch-wire.js'

/** @typedef {import('./measure-call.js').MeasuredCall} MeasuredCall */
/** @typedef {import('./token-cache.js').HeldToken} HeldToken */

const AUDIENCE = 'https://api.example.com/'
const SCOPE = 'openid profile email read:messages'

const problem = createProblemView(find('error', HTMLElement))

const startPage = async () => {
  const settings = loadSettings()
  const wire = watchWire({ tenantUrl: domain, apiUrl })
  const cache = createCache(settings.cacheLocation)
  const tokens = inspectTokenCache({ cache, clientId, audience: AUDIENCE })
  const auth0 = new Auth0Client({
    domain,
    clientId,
    cache,
    useRefreshTokens: settings.useRefreshTokens,
    useDpop: settings.useDpop,
    refreshTokenMode: settings.useOnlineAccess ? 'online' : 'offline',
    authorizationParams: { audience: AUDIENCE, scope: SCOPE, redirect_uri: location.origin },
  })

  const log = createLogView(find('log', HTMLElement))
  const identityView = createIdentityView()
  const tokenView = createTokenView()
  const lastCallView = createLastCallView()
  const countdown = createCountdown()
  const measureCall = createMeasureCall({ wire, tokens })
  wire.onRequest(createProofView().show)
  find('proofs', HTMLElement).hidden = !settings.useDpop
  let pendingCalls = 0

  const refresh = async () => {
    const [user, claims, token] = await Promise.all([
      auth0.getUser(),
      auth0.getIdTokenClaims(),
      tokens.read(),
    ])
    identityView.show(user, claims)
    tokenView.show(token)
    countdown.show(token)
    for (const id of ['expire', 'renew-all']) find(id, HTMLButtonElement).disabled = !token
  }

  /** @param {MeasuredCall | undefined} call */
  const report = call => {
    if (!call) return
    log.addCall(call)
    lastCallView.show(call)
    if (call.error !== undefined) problem.show(call.error)
  }

  // `createAuth0Client` creates the client and checks for a session.
  report(await measureCall('checkSession()', () => auth0.checkSession()))
  const login = await finishLogin(auth0, measureCall)
  report(login)

  const otherTabs = await followOtherTabs({
    tokens,
    isSignedIn: () => auth0.isAuthenticated(),
    isBusy: () => pendingCalls > 0,
    onChange: refresh,
    onNote: log.addNote,
  })

  /**
   * Makes a call and shows what came of it.
   *
   * @param {string} name
   * @param {() => Promise<unknown>} act
   * @param {HeldToken} [known]
   */
  const run = async (name, act, known) => {
    pendingCalls += 1
    const call = await measureCall(name, act, known)
    await otherTabs.catchUp()
    pendingCalls -= 1
    report(call)
    await refresh()
    return call
  }

  /**
   * @param {string} name
   * @param {import('./sdk.js').GetTokenSilentlyOptions} [options]
   * @param {HeldToken} [known]
   */
  const getToken = (name, options, known) => run(name, () => auth0.getTokenSilently(options), known)

  const expire = async () => {
    await tokens.expire()
    await otherTabs.catchUp()
  }

  const letExpire = async () => {
    await expire()
    log.addNote('The cached access token is marked as expired. The token itself is unchanged.')
    await refresh()
  }

  const apiCalls = createApiCalls({ auth0, apiUrl, run })
  const channel = openTabChannel()
  const roundView = createRoundView(channel.tab)
  countTabs(channel, roundView.showTabs)
  const rounds = createRenewalRounds({
    channel,
    tokens: { read: tokens.read, expire },
    areTokensShared: settings.cacheLocation === 'localstorage',
    getToken: known => getToken('getTokenSilently() in every tab', undefined, known),
    onStart: roundView.begin,
    onResult: roundView.add,
  })

  /** @type {Record<string, () => Promise<unknown>>} */
  const actions = {
    login: () => auth0.loginWithRedirect(),
    logout: () => auth0.logout({ logoutParams: { returnTo: location.origin } }),
    'get-token': () => getToken('getTokenSilently()'),
    'get-token-off': () => getToken("getTokenSilently({ cacheMode: 'off' })", { cacheMode: 'off' }),
    expire: letExpire,
    ...apiCalls.actions,
    'renew-all': rounds.start,
  }
  for (const [id, act] of Object.entries(actions)) {
    find(id, HTMLButtonElement).addEventListener('click', () => {
      problem.clear()
      act().catch(problem.show)
    })
  }

  await refresh()
  find('main', HTMLElement).removeAttribute('aria-busy')
  wireSettingsForm(settings, async changed => {
    // Other settings start with an empty cache, as on another computer; the session at the tenant remains.
    await tokens.empty()
    saveSettings(changed)
    location.reload()
  })
  onSettingsOfAnotherTab(settings, () => location.reload())

  if (settings.useDpop) await wireNonceSwitch(nonceSwitchUrl, problem.show)
  await apiCalls.resume(login?.value)
}

// The back-forward cache may restore the page without running it again, for example after a logout.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

try {
  await startPage()
} catch (error) {
  problem.show(error)
}
