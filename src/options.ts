import { secureOrigin } from './browser/location.ts'
import { parseUrl } from './browser/parse-url.ts'
import { type Clock, checkedClock } from './checked-clock.ts'
import { GenericError, InvalidConfigurationError } from './errors/core.ts'
import {
  baseUrlOf,
  invalidOption,
  issuerOf,
  PARAMETERS,
  type Refuse,
  readValues,
  type Types,
} from './option-types.ts'
import { clientParams } from './options-v1.ts'
import { ownMembers } from './own-members.ts'
import { maxAgeSecondsOf } from './protocol/max-age.ts'
import { omit, type Parameters } from './protocol/parameters.ts'
import { requireHttps } from './protocol/require-https.ts'
import { scopesByAudience } from './protocol/scopes.ts'
import { type Telemetry, telemetry } from './protocol/telemetry.ts'
import type {
  Auth0ClientOptions,
  CacheLocation,
  IdTokenSignature,
  IdTokenSigningAlg,
  LegacyAuth0ClientOptions,
} from './types/client-options.ts'
import type { ICache } from './types/storage.ts'

export type { Clock }

/** The default of every option that has one. */
const DEFAULTS = {
  domain: '',
  cacheLocation: 'memory' as CacheLocation,
  useRefreshTokens: false,
  refreshTokenMode: 'offline' as 'offline' | 'online',
  useMrrt: false,
  useDpop: false,
  authorizeTimeoutInSeconds: 60,
  httpTimeoutInSeconds: 10,
  idTokenSignature: 'verify' as IdTokenSignature,
  idTokenSigningAlgs: ['RS256'] as IdTokenSigningAlg[],
  leeway: 60,
  sessionCheckExpiryDays: 1,
  legacySameSiteCookie: true,
  useCookiesForTransactions: false,
  useFormData: true,
  allowInsecureRequests: false,
}

const TYPES: Types = {
  ...Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, typeof value])),
  // Checked below, where empty text is an error as well.
  cacheLocation: '',
  refreshTokenMode: 'offline|online',
  clientId: 'string',
  client_id: 'string',
  issuer: 'string',
  cookieDomain: 'string',
  workerUrl: 'string',
  sessionTransferTokenQueryParamName: 'string',
  useRefreshTokensFallback: 'boolean',
  idTokenSignature: 'verify|trust-tls',
  interactiveErrorHandler: 'popup',
  nowProvider: 'function',
  cache: 'object',
  authorizationParams: 'object',
  advancedOptions: 'object',
  auth0Client: 'object',
}

const DEFAULT_SCOPE = 'openid profile email'

/** Only public-key algorithms: with `HS256` every verifier can sign, and `none` is not signed. */
const SIGNING_ALG = /^([RPE]S256|EdDSA)$/

/** The options with all defaults filled in and units in the names. */
export interface ResolvedOptions {
  /** What is wrong with the options; thrown by the first method that needs them. */
  readonly problem: InvalidConfigurationError | undefined
  /** As configured, without spaces around it; empty if missing. */
  readonly domain: string
  readonly clientId: string
  /** Scheme, host and perhaps a path, without a slash at the end. */
  readonly baseUrl: string
  /** The expected `iss` of ID tokens. */
  readonly issuer: string
  /** Issuers whose refresh tokens are redeemed at the present one. */
  readonly formerIssuers: readonly string[]
  /** Whether the options have the format of 1.x, so that calls may have it as well. */
  readonly isLegacyStyle: boolean
  /** Parameters of the client without `scope`. */
  readonly authorizationParams: Parameters
  /** Scopes by audience; `default` is for all others. */
  readonly scopes: Readonly<Record<string, string>>
  readonly cacheLocation: 'memory' | 'localstorage'
  readonly cache: ICache | undefined
  readonly useRefreshTokens: boolean
  readonly useRefreshTokensFallback: boolean | undefined
  /** Whether refresh tokens live as long as the session at the tenant, and do not rotate. */
  readonly isOnline: boolean
  readonly useMrrt: boolean
  readonly useDpop: boolean
  readonly authorizeTimeoutMs: number
  readonly httpTimeoutMs: number
  readonly idTokenSignature: IdTokenSignature
  readonly idTokenSigningAlgs: readonly IdTokenSigningAlg[]
  readonly leewaySeconds: number
  /** `max_age` of the client in seconds, if set. */
  readonly maxAgeSeconds: number | undefined
  readonly nowProvider: Clock
  readonly sessionCheckExpiryDays: number
  readonly cookieDomain: string | undefined
  readonly legacySameSiteCookie: boolean
  readonly useCookiesForTransactions: boolean
  readonly useFormData: boolean
  /** Whether requests over plain http are allowed everywhere. */
  readonly allowInsecureRequests: boolean
  /** The origin of this page, if the browser treats it as secure. */
  readonly secureOrigin: string | undefined
  readonly telemetry: Telemetry
  readonly workerUrl: string | undefined
  readonly interactiveErrorHandler: 'popup' | undefined
  readonly sessionTransferTokenQueryParamName: string | undefined
}

/** Options of either format. */
type GivenOptions = {
  [Name in keyof Auth0ClientOptions]?: NonNullable<Auth0ClientOptions[Name]>
} & Pick<LegacyAuth0ClientOptions, 'advancedOptions'> & { client_id?: string } & Parameters

/** `setTimeout` fires at once for delays above 2^31 - 1 ms (24 days). */
const MAX_TIMEOUT_MS = 2_000_000_000

/** Converts a time limit. */
export const secondsToMs = (seconds: number): number => Math.min(seconds * 1000, MAX_TIMEOUT_MS)

/**
 * Reads the options of 2.x or 1.x. Does not change the object that it is given.
 *
 * @throws GenericError `invalid_configuration` if an option has a value that is not supported
 */
export const resolveOptions = (
  given: Auth0ClientOptions | LegacyAuth0ClientOptions,
): ResolvedOptions => {
  let problem: InvalidConfigurationError | undefined
  const refuse: Refuse = error => {
    problem ??= error
  }
  const own: GivenOptions & typeof DEFAULTS = ownMembers(
    DEFAULTS,
    readValues(given, TYPES, refuse) as GivenOptions,
  )
  const {
    domain,
    client_id,
    clientId = client_id ?? '',
    issuer,
    formerIssuers = [],
    authorizationParams,
    advancedOptions,
    cacheLocation: givenLocation,
    cache,
    useRefreshTokens,
    useRefreshTokensFallback,
    useMrrt,
    authorizeTimeoutInSeconds,
    httpTimeoutInSeconds,
    idTokenSignature,
    idTokenSigningAlgs,
    leeway,
    // Read here and not once for all clients, so that tests can replace the clock.
    nowProvider: clock = Date.now,
    sessionCheckExpiryDays,
    cookieDomain,
    legacySameSiteCookie,
    useCookiesForTransactions,
    useFormData,
    allowInsecureRequests,
    auth0Client,
    workerUrl,
    interactiveErrorHandler,
    sessionTransferTokenQueryParamName,
    refreshTokenMode,
    useDpop,
    // Not supported yet, and never sent to the tenant.
    anonymousSessionsCacheMode: _anonymousSessionsCacheMode,
    createAnonymousSessionOnFailedSilentAuth: _createAnonymousSessionOnFailedSilentAuth,
    enterpriseConnect: _enterpriseConnect,
    ...others
  } = own
  const isOnline = refreshTokenMode === 'online'
  for (const [name, isSet] of Object.entries({ useRefreshTokens, useDpop })) {
    if (isOnline && !isSet) {
      throw new InvalidConfigurationError(
        `\`refreshTokenMode: 'online'\` needs \`${name}\`.`,
        `Set \`${name}: true\`.`,
      )
    }
  }
  const cacheLocation = `${givenLocation}`.trim()
  if (cacheLocation !== 'memory' && cacheLocation !== 'localstorage') {
    throw new GenericError(
      'invalid_configuration',
      `Invalid cache location "${cacheLocation}". Use "memory" or "localstorage".`,
    )
  }
  if (!idTokenSigningAlgs.every(alg => SIGNING_ALG.test(alg))) {
    throw invalidOption(
      'idTokenSigningAlgs',
      `${idTokenSigningAlgs}`,
      'RS256, PS256, ES256 or EdDSA',
    )
  }
  const isLegacyStyle = client_id !== undefined && own.clientId === undefined
  const allParams: Parameters = ownMembers(
    { scope: DEFAULT_SCOPE },
    clientParams(
      others,
      authorizationParams,
      ownMembers(advancedOptions).defaultScope,
      isLegacyStyle,
    ),
  )
  const params = readValues(allParams, PARAMETERS, refuse)
  const baseUrl = baseUrlOf('domain', domain, refuse)
  return Object.freeze({
    domain,
    clientId,
    isLegacyStyle,
    baseUrl,
    issuer: issuer ? issuerOf('issuer', issuer, refuse) : `${baseUrl}/`,
    formerIssuers: [formerIssuers]
      .flat()
      .map(each => issuerOf('formerIssuers', `${each}`.trim(), refuse)),
    authorizationParams: omit(params, 'scope'),
    scopes: scopesByAudience(allParams.scope, useRefreshTokens ? `${refreshTokenMode}_access` : ''),
    cacheLocation,
    cache,
    useRefreshTokens,
    useRefreshTokensFallback,
    isOnline,
    useMrrt: useRefreshTokens && useMrrt,
    useDpop,
    authorizeTimeoutMs: secondsToMs(
      authorizeTimeoutInSeconds || DEFAULTS.authorizeTimeoutInSeconds,
    ),
    httpTimeoutMs: secondsToMs(httpTimeoutInSeconds || DEFAULTS.httpTimeoutInSeconds),
    idTokenSignature,
    idTokenSigningAlgs: [...idTokenSigningAlgs],
    leewaySeconds: leeway,
    maxAgeSeconds: maxAgeSecondsOf(params.max_age),
    nowProvider: clock === Date.now ? clock : checkedClock(clock),
    sessionCheckExpiryDays: sessionCheckExpiryDays || DEFAULTS.sessionCheckExpiryDays,
    cookieDomain:
      cookieDomain && parseUrl(baseUrlOf('cookieDomain', cookieDomain, refuse))?.hostname,
    legacySameSiteCookie,
    useCookiesForTransactions,
    useFormData,
    allowInsecureRequests,
    secureOrigin: secureOrigin(),
    telemetry: telemetry(auth0Client),
    workerUrl,
    interactiveErrorHandler,
    sessionTransferTokenQueryParamName,
    problem,
  })
}

/**
 * Pages are often pre-rendered without a configuration, so the constructor does not require these
 * options: the first method that needs them does.
 *
 * @throws InvalidConfigurationError that names the missing or invalid option
 */
export const requireConfiguration = (options: ResolvedOptions): void => {
  const { problem, domain, clientId, baseUrl, issuer } = options
  if (problem) throw problem
  if (!domain || !clientId) {
    throw new InvalidConfigurationError(
      `The option "${domain ? 'clientId' : 'domain'}" is missing.`,
      'Pass it to createAuth0Client.',
    )
  }
  requireHttps(baseUrl, options)
  requireHttps(issuer, options)
}
