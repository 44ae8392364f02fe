import { InvalidConfigurationError } from './errors/core.ts'
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

/** What a call of 1.x may hold beside the options of today. */
type Loose<T> = T & Parameters

/**
 * Parameters written at the top level of a call. Known names are taken from every client's
 * calls; others only from plain objects of a client in the old style, because click handlers
 * are often passed as they are and then receive an event.
 */
const topLevelParams = (
  call: object,
  others: Parameters,
  known: string[],
  isLegacy: boolean,
): Parameters => {
  const takeOthers = isLegacy && Object.getPrototypeOf(call) === Object.prototype
  return pick(others, name => takeOthers || known.includes(name))
}

/** The options of `loginWithRedirect`, where 1.x knew `redirectMethod` and bare parameters. */
export const modernLoginOptions = (
  call: RedirectLoginOptions,
  isLegacy: boolean,
): RedirectLoginOptions & {
  authorizationParams: AuthorizationParams
  /** Replace the page in the history instead of adding to it. */
  replace: boolean
} => {
  const {
    appState,
    fragment,
    openUrl,
    onRedirect,
    redirectMethod,
    authorizationParams,
    ...others
  } = call as Loose<RedirectLoginOptions>
  return {
    ...pick({ appState, fragment, openUrl, onRedirect }),
    replace: redirectMethod === 'replace',
    authorizationParams: {
      ...topLevelParams(call, others, PARAMETERS, isLegacy),
      ...pick(authorizationParams),
    },
  }
}

/** The options of `getTokenSilently`, where 1.x knew `ignoreCache` and bare parameters. */
export const modernTokenOptions = (
  call: GetTokenSilentlyOptions,
  isLegacy: boolean,
): GetTokenSilentlyOptions & { authorizationParams: AuthorizationParams } => {
  const {
    cacheMode,
    timeoutInSeconds,
    detailedResponse,
    ignoreCache,
    authorizationParams,
    ...others
  } = call as Loose<GetTokenSilentlyOptions>
  return {
    ...(ignoreCache !== undefined && { cacheMode: ignoreCache ? 'off' : 'on' }),
    ...pick({ cacheMode, timeoutInSeconds, detailedResponse }),
    authorizationParams: {
      ...topLevelParams(call, others, PARAMETERS, isLegacy),
      ...pick(authorizationParams),
    },
  }
}

/**
 * The options of `logout`, where 1.x knew `client_id`, `localOnly` and bare parameters.
 *
 * @throws InvalidConfigurationError when `localOnly` is combined with `federated`
 */
export const modernLogoutOptions = (call: LogoutOptions, isLegacy: boolean): LogoutOptions => {
  const { client_id, clientId, localOnly, logoutParams, openUrl, onRedirect, ...others } =
    call as Loose<LogoutOptions>
  const params = {
    ...topLevelParams(call, others, ['returnTo', 'federated'], isLegacy),
    ...logoutParams,
  }
  if (localOnly && params.federated) {
    throw new InvalidConfigurationError(
      'It is invalid to set both `federated` and `localOnly`.',
      'Leave one out.',
    )
  }
  return {
    ...pick({ clientId: client_id }),
    ...(localOnly ? { openUrl: false } : undefined),
    ...pick({ clientId, openUrl, onRedirect }),
    logoutParams: params,
  }
}
