import { parseUrl } from './browser/parse-url.ts'
import { GenericError, InvalidConfigurationError } from './errors/core.ts'
import { clientParams } from './options-v1.ts'
import { omit, type Parameters } from './protocol/parameters.ts'
import { refuseCleartext } from './protocol/require-https.ts'
import { mergeScopes } from './protocol/scopes.ts'
import { auth0Endpoints, type Endpoints } from './protocol/server-metadata.ts'
import { type Telemetry, telemetry } from './protocol/telemetry.ts'
import type {
  Auth0ClientOptions,
  IdTokenSignature,
  IdTokenSigningAlg,
  LegacyAuth0ClientOptions,
} from './types/client-options.ts'
import type { Clock } from './types/platform.ts'
import type { ICache } from './types/storage.ts'

const DEFAULT_SCOPE = 'openid profile email'

/** Public keys alone: with `HS256` whoever can verify could also sign, and with `none` anybody. */
const SIGNING_ALG = /^([RPE]S256|EdDSA)$/

/** The options as the rest of the code reads them: every default filled in, units in the names. */
export interface ResolvedOptions {
  /** As configured; empty where the application gave none. */
  readonly domain: string
  readonly clientId: string
  /** Scheme and host, perhaps a path, without a slash at the end. */
  readonly baseUrl: string
  /** The `iss` that ID tokens must carry. */
  readonly issuer: string
  readonly endpoints: Endpoints
  /** Whether the 1.x spelling was used, so that calls may use it to the full as well. */
  readonly isLegacyStyle: boolean
  /** Client-level parameters without `scope`. */
  readonly authorizationParams: Parameters
  /** Scopes per audience key; `default` serves the others. */
  readonly scopes: Readonly<Record<string, string>>
  readonly cacheLocation: 'memory' | 'localstorage'
  readonly cache: ICache | undefined
  readonly useRefreshTokens: boolean
  readonly useRefreshTokensFallback: boolean | undefined
  readonly useMrrt: boolean
  readonly authorizeTimeoutMs: number
  readonly httpTimeoutMs: number
  readonly idTokenSignature: IdTokenSignature
  readonly idTokenSigningAlgs: readonly IdTokenSigningAlg[]
  readonly leewaySeconds: number
  /** Client-level `max_age` in seconds; `undefined` when none is set. */
  readonly maxAgeSeconds: number | undefined
  readonly clock: Clock
  readonly hintLifetimeDays: number
  readonly cookieDomain: string | undefined
  readonly legacySameSiteCookie: boolean
  readonly useCookiesForTransactions: boolean
  readonly useFormData: boolean
  readonly telemetry: Telemetry
  readonly workerUrl: string | undefined
  readonly interactiveErrorHandler: 'popup' | undefined
  readonly sessionTransferTokenQueryParamName: string | undefined
}

/** What either style may hold. */
type GivenOptions = Partial<Auth0ClientOptions> &
  Pick<LegacyAuth0ClientOptions, 'advancedOptions'> & { client_id?: string } & Parameters

const baseUrlOf = (domain: string): string =>
  (/^https?:\/\//.test(domain) ? domain : `https://${domain}`).replace(/\/+$/, '')

const issuerOf = (issuer: string | undefined, baseUrl: string): string => {
  if (!issuer) return `${baseUrl}/`
  return /^https?:\/\//.test(issuer) ? issuer : `https://${issuer}/`
}

const scopesOf = (scope: unknown, sessionScope: string): Record<string, string> => {
  const whole = (part?: string): string => mergeScopes('openid', part, sessionScope)
  if (!scope || typeof scope !== 'object') return { default: whole(scope as string | undefined) }
  const rows = Object.entries(scope as Record<string, string>)
  return { default: whole(), ...Object.fromEntries(rows.map(([key, row]) => [key, whole(row)])) }
}

/** Timers cannot count further than 24 days, and would not wait at all. */
const LONGEST_MS = 2_000_000_000

/** A time limit given in seconds. */
export const millisecondsOf = (seconds: number): number => Math.min(seconds * 1000, LONGEST_MS)

const maxAgeOf = (maxAge: unknown): number | undefined => {
  const seconds = typeof maxAge === 'string' ? Number.parseInt(maxAge, 10) : maxAge
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined
}

/**
 * Reads the options of today or of 1.x. Never changes the object it is given.
 *
 * @throws GenericError `invalid_configuration` when `cacheLocation` names a place that does not exist
 * @throws InvalidConfigurationError when an option asks for what is not there yet
 */
export const resolveOptions = (
  given: Auth0ClientOptions | LegacyAuth0ClientOptions,
): ResolvedOptions => {
  const {
    domain = '',
    client_id,
    clientId = client_id ?? '',
    issuer,
    authorizationParams,
    advancedOptions,
    cacheLocation = 'memory',
    cache,
    useRefreshTokens = false,
    useRefreshTokensFallback,
    useMrrt = false,
    authorizeTimeoutInSeconds,
    httpTimeoutInSeconds,
    idTokenSignature = 'verify',
    idTokenSigningAlgs = ['RS256'],
    leeway,
    nowProvider = Date.now,
    sessionCheckExpiryDays,
    cookieDomain,
    legacySameSiteCookie = true,
    useCookiesForTransactions = false,
    useFormData = true,
    auth0Client,
    workerUrl,
    interactiveErrorHandler,
    sessionTransferTokenQueryParamName,
    // Options of auth0-spa-js that have no meaning here yet, and must not reach the tenant.
    refreshTokenMode,
    useDpop,
    anonymousSessionsCacheMode: _anonymousSessionsCacheMode,
    createAnonymousSessionOnFailedSilentAuth: _createAnonymousSessionOnFailedSilentAuth,
    enterpriseConnect: _enterpriseConnect,
    ...others
  } = given as GivenOptions
  if (useDpop === true || refreshTokenMode === 'online') {
    throw new InvalidConfigurationError(
      'DPoP and online mode are not there yet.',
      'Leave them out.',
    )
  }
  if (cacheLocation !== 'memory' && cacheLocation !== 'localstorage') {
    throw new GenericError('invalid_configuration', `Invalid cache location "${cacheLocation}"`)
  }
  if (!idTokenSigningAlgs.every(alg => SIGNING_ALG.test(alg))) {
    throw new InvalidConfigurationError(
      `Invalid idTokenSigningAlgs "${idTokenSigningAlgs}".`,
      'Use RS256, PS256, ES256 or EdDSA.',
    )
  }
  const isLegacyStyle = client_id !== undefined && given.clientId === undefined
  const params: Parameters = {
    scope: DEFAULT_SCOPE,
    ...clientParams(others, authorizationParams, advancedOptions?.defaultScope, isLegacyStyle),
  }
  const baseUrl = baseUrlOf(domain)
  return Object.freeze({
    domain,
    clientId,
    isLegacyStyle,
    baseUrl,
    issuer: issuerOf(issuer, baseUrl),
    endpoints: auth0Endpoints(baseUrl),
    authorizationParams: omit(params, 'scope'),
    scopes: scopesOf(params.scope, useRefreshTokens ? 'offline_access' : ''),
    cacheLocation,
    cache,
    useRefreshTokens,
    useRefreshTokensFallback,
    useMrrt: useRefreshTokens && useMrrt,
    authorizeTimeoutMs: millisecondsOf(authorizeTimeoutInSeconds || 60),
    httpTimeoutMs: millisecondsOf(httpTimeoutInSeconds || 10),
    idTokenSignature,
    idTokenSigningAlgs: [...idTokenSigningAlgs],
    // With what is no number, expired tokens would pass.
    leewaySeconds: typeof leeway === 'number' && leeway >= 0 ? leeway : 60,
    maxAgeSeconds: maxAgeOf(params.max_age),
    clock: nowProvider,
    hintLifetimeDays: sessionCheckExpiryDays || 1,
    cookieDomain,
    legacySameSiteCookie,
    useCookiesForTransactions,
    useFormData,
    telemetry: telemetry(auth0Client),
    workerUrl,
    interactiveErrorHandler,
    sessionTransferTokenQueryParamName,
  })
}

/**
 * Pages are often rendered ahead of time without a configuration, so construction stays silent
 * and the first method that cannot do without it complains.
 *
 * @throws InvalidConfigurationError naming the option that is missing, or that is no https address
 */
export const requireConfiguration = (options: ResolvedOptions): void => {
  const { domain, clientId, baseUrl, issuer } = options
  for (const [name, value] of Object.entries({ domain, clientId })) {
    if (!value) {
      throw new InvalidConfigurationError(
        `The option "${name}" is missing.`,
        'Pass it to createAuth0Client.',
      )
    }
  }
  if (!parseUrl(baseUrl)) {
    throw new InvalidConfigurationError(`"${domain}" is no domain.`, 'Pass one like a.auth0.com.')
  }
  refuseCleartext(baseUrl)
  refuseCleartext(issuer)
}
