import { InvalidConfigurationError } from './errors/core.ts'
import { readValues, type Types } from './option-types.ts'
import { ownMembers } from './own-members.ts'
import { type Parameters, pick } from './protocol/parameters.ts'
import type {
  AuthorizationParams,
  ClientAuthorizationParams,
  LogoutOptions,
  RedirectLoginOptions,
} from './types/authorization.ts'
import type { GetTokenSilentlyOptions } from './types/tokens.ts'

/** Authorization parameters that 1.x accepts at the top level. Only this file knows the names of 1.x. */
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
 * The parameters of the client. `authorizationParams` takes precedence over top-level parameters
 * (1.x). A top-level scope is added to the default scopes of 1.x.
 *
 * @param others top-level members that are not options of 2.x
 * @param isLegacyStyle whether unknown names among them are parameters for the tenant
 */
export const clientParams = (
  others: Parameters,
  authorizationParams: ClientAuthorizationParams | undefined,
  defaultScope: string | undefined,
  isLegacyStyle: boolean,
): Parameters => {
  const topLevel = pick(others, name => isLegacyStyle || PARAMETERS.includes(name))
  if (topLevel.scope !== undefined || defaultScope !== undefined) {
    topLevel.scope = ['openid', defaultScope ?? 'profile email', topLevel.scope].flat()
  }
  return ownMembers(topLevel, authorizationParams as Parameters)
}

/** The options of a call, which may contain names of 1.x. */
type Loose<T> = T & Parameters

/**
 * The parameters of a call, which 1.x had at the top level. Unknown names count there only for clients
 * with 1.x options and in plain objects: a method that is passed as a click handler receives an event.
 */
const paramsOf = (
  call: object,
  others: Parameters,
  given: Parameters | undefined,
  isLegacy: boolean,
  known = PARAMETERS,
): Parameters => {
  const acceptsUnknown = isLegacy && Object.getPrototypeOf(call) === Object.prototype
  return ownMembers(
    pick(others, name => acceptsUnknown || known.includes(name)),
    pick(given),
  )
}

type LoginCall = RedirectLoginOptions & {
  authorizationParams: AuthorizationParams
  /** Replace the history entry of the page. */
  replace: boolean
}

/** The options of `loginWithRedirect`: 1.x had `redirectMethod` and top-level parameters. */
export const normalizeLoginOptions = (call: RedirectLoginOptions, isLegacy: boolean): LoginCall => {
  const {
    appState,
    fragment,
    openUrl,
    onRedirect,
    redirectMethod,
    authorizationParams,
    ...others
  } = ownMembers(call as Loose<RedirectLoginOptions>)
  return pick({
    appState,
    fragment,
    openUrl,
    onRedirect,
    replace: redirectMethod === 'replace',
    authorizationParams: paramsOf(call, others, authorizationParams, isLegacy),
  }) as unknown as LoginCall
}

const modeOf = (ignoreCache: unknown): string | undefined => {
  if (ignoreCache !== undefined) return ignoreCache ? 'off' : 'on'
  return undefined
}

const TOKEN_CALL: Types = { cacheMode: 'on|off|cache-only', timeoutInSeconds: 'number' }

type TokenCall = GetTokenSilentlyOptions & { authorizationParams: AuthorizationParams }

/**
 * The options of `getTokenSilently`: 1.x had `ignoreCache` and top-level parameters.
 *
 * @throws InvalidConfigurationError if one cannot be used
 */
export const normalizeTokenOptions = (
  call: GetTokenSilentlyOptions,
  isLegacy: boolean,
): TokenCall => {
  const {
    ignoreCache,
    cacheMode = modeOf(ignoreCache),
    timeoutInSeconds,
    detailedResponse,
    authorizationParams,
    ...others
  } = readValues(call, TOKEN_CALL) as Loose<GetTokenSilentlyOptions>
  return pick({
    cacheMode,
    timeoutInSeconds,
    detailedResponse,
    authorizationParams: paramsOf(call, others, authorizationParams, isLegacy),
  }) as unknown as TokenCall
}

/**
 * The options of `logout`: 1.x had `client_id`, `localOnly` and top-level parameters.
 *
 * @throws InvalidConfigurationError if `localOnly` is combined with `federated`
 */
export const normalizeLogoutOptions = (call: LogoutOptions, isLegacy: boolean): LogoutOptions => {
  const {
    client_id,
    clientId = client_id,
    localOnly,
    openUrl = localOnly ? false : undefined,
    logoutParams,
    onRedirect,
    ...others
  } = ownMembers(call as Loose<LogoutOptions>)
  const params = paramsOf(call, others, logoutParams, isLegacy, ['returnTo', 'federated'])
  if (localOnly && params.federated) {
    throw new InvalidConfigurationError(
      'It is invalid to set both `federated` and `localOnly`.',
      'Remove one of them.',
    )
  }
  // An empty id is that of this client, as in auth0-spa-js; `null` is every client.
  return pick({
    clientId: typeof clientId === 'string' ? clientId.trim() || undefined : clientId,
    openUrl,
    onRedirect,
    logoutParams: params,
  })
}
