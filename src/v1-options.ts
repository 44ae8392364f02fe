import { InvalidConfigurationError } from './errors.ts'
import { type Parameters, pick } from './protocol/parameters.ts'
import type {
  AuthorizationParams,
  ClientAuthorizationParams,
  LogoutOptions,
  RedirectLoginOptions,
} from './types/authorization.ts'
import type { GetTokenSilentlyOptions } from './types/tokens.ts'

/**
 * The spellings of auth0-spa-js 1.x, turned into those of today. A name of today always wins.
 * This file is the only one that knows the old names.
 */
const PARAMETERS = [
  'redirect_uri',
  'audience',
  'scope',
  'max_age',
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

/**
 * The client's parameters: those among the other top-level names (1.x) below those given in
 * `authorizationParams`. A scope at the top level adds to what 1.x always asked for.
 *
 * @param others top-level members that are no options of today
 * @param isLegacyStyle whether unknown names among them are parameters for the tenant
 */
export const clientParams = (
  others: Parameters,
  authorizationParams: ClientAuthorizationParams | undefined,
  defaultScope: string | undefined,
  isLegacyStyle: boolean,
): Parameters => {
  const old = pick(others, k => isLegacyStyle || PARAMETERS.includes(k))
  if (old.scope !== undefined || defaultScope !== undefined) {
    old.scope = `openid ${defaultScope ?? 'profile email'} ${old.scope ?? ''}`
  }
  return { ...old, ...authorizationParams }
}

/**
 * Parameters written at the top level of a call. Known names are taken from every client's
 * calls; others only from plain objects of a client in the old style, because click handlers
 * are often passed as they are and then receive an event.
 */
const topLevelParams = (
  call: Parameters,
  own: string[],
  known: string[],
  isLegacy: boolean,
): Parameters => {
  const takeOthers = isLegacy && Object.getPrototypeOf(call) === Object.prototype
  return pick(call, k => !own.includes(k) && (known.includes(k) || takeOthers))
}

const RENAMED = ['redirectMethod', 'ignoreCache', 'client_id', 'localOnly']

const modernCall = (call: object, own: string[], isLegacy: boolean) => {
  const loose = call as Parameters
  return {
    ...pick(loose, k => own.includes(k)),
    authorizationParams: {
      ...topLevelParams(loose, [...own, ...RENAMED, 'authorizationParams'], PARAMETERS, isLegacy),
      ...pick(loose.authorizationParams as Parameters | undefined),
    } as AuthorizationParams,
  }
}

/** The options of `loginWithRedirect`, where 1.x knew `redirectMethod` and bare parameters. */
export const modernLoginOptions = (call: object, isLegacy: boolean) => ({
  ...(modernCall(call, ['appState', 'fragment', 'openUrl', 'onRedirect'], isLegacy) as Required<
    Pick<RedirectLoginOptions, 'authorizationParams'>
  > &
    RedirectLoginOptions),
  /** Replace the page in the history instead of adding to it. */
  replace: (call as Parameters).redirectMethod === 'replace',
})

/** The options of `getTokenSilently`, where 1.x knew `ignoreCache` and bare parameters. */
export const modernTokenOptions = (
  call: object,
  isLegacy: boolean,
): GetTokenSilentlyOptions & { authorizationParams: AuthorizationParams } => {
  const { ignoreCache } = call as Parameters
  return {
    ...(ignoreCache !== undefined && { cacheMode: ignoreCache ? 'off' : 'on' }),
    ...modernCall(call, ['cacheMode', 'timeoutInSeconds', 'detailedResponse'], isLegacy),
  }
}

/**
 * The options of `logout`, where 1.x knew `client_id`, `localOnly` and bare parameters.
 *
 * @throws InvalidConfigurationError when `localOnly` is combined with `federated`
 */
export const modernLogoutOptions = (call: object, isLegacy: boolean): LogoutOptions => {
  const own = ['clientId', 'logoutParams', 'openUrl', 'onRedirect']
  const loose = call as Parameters
  const { client_id, localOnly } = loose
  const logoutParams = {
    ...topLevelParams(loose, [...own, ...RENAMED], ['returnTo', 'federated'], isLegacy),
    ...(loose.logoutParams as Parameters | undefined),
  }
  if (localOnly && logoutParams.federated) {
    throw new InvalidConfigurationError(
      'It is invalid to set both `federated` and `localOnly`.',
      'A local sign-out never reaches the server: leave one of the two out.',
    )
  }
  return {
    ...(client_id !== undefined && { clientId: client_id as string | null }),
    ...(localOnly ? { openUrl: false } : undefined),
    ...pick(loose, k => own.includes(k)),
    logoutParams,
  }
}
