import { ownMembers } from '../own-members.ts'
import type { IdToken, User } from '../types/identity.ts'
import type { DecodedToken } from '../types/storage.ts'
import { fromBase64Url } from './base64.ts'
import { pick } from './parameters.ts'

/** Claims of the protocol, which do not describe the user. */
const PROTOCOL_CLAIMS = new Set(
  (
    'iss aud exp nbf iat jti azp nonce auth_time at_hash c_hash acr amr sub_jwk cnf sip_from_tag ' +
    'sip_date sip_callid sip_cseq_num sip_via_branch orig dest mky events toe txn rph sid vot vtm'
  ).split(' '),
)

/** What an ID token is compared with (OpenID Connect Core section 3.1.3.7). */
export interface IdTokenExpectations {
  issuer: string
  clientId: string
  /** The signature algorithms that are allowed. */
  idTokenSigningAlgs: readonly string[]
  leewaySeconds: number
  nowSeconds: number
  /** The nonce of the login; absent for a refresh. */
  nonce?: string | undefined
  maxAgeSeconds?: number | undefined
  /** An organization's id (`org_…`) or name. */
  organization?: string | undefined
}

type Expected = IdTokenExpectations
type Claims = Record<string, unknown>
type Header = { alg?: string; kid?: string; crit?: unknown }
/** Returns what is wrong, or `false`. */
type Rule = (claims: Claims, expected: Expected, header: Header) => string | false

/** Size limit against resource exhaustion. */
const MAX_TOKEN_LENGTH = 64 * 1024

/** Three parts in base64url, without padding (RFC 7515 section 7.1). */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** OpenID Connect Core section 2. */
const MAX_SUBJECT_LENGTH = 255

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The claim must be a text and equal the expected value. */
const mustEqual =
  (label: string, name: string, expect: (expected: Expected) => string | undefined): Rule =>
  (claims, expected) => {
    const wanted = expect(expected)
    if (wanted === undefined) return false
    const found = claims[name]
    if (!isText(found)) return `${label} (${name}) claim must be a string present in the ID token`
    return (
      found !== wanted &&
      `${label} (${name}) claim mismatch in the ID token; expected "${wanted}", found "${found}"`
    )
  }

const mustBeNumber =
  (label: string, name: string): Rule =>
  claims =>
    !Number.isFinite(claims[name]) &&
    `${label} (${name}) claim must be a number present in the ID token`

const audience: Rule = ({ aud }, { clientId }) => {
  if (isText(aud)) {
    return (
      aud !== clientId &&
      `Audience (aud) claim mismatch in the ID token; expected "${clientId}" but found "${aud}"`
    )
  }
  if (!Array.isArray(aud) || !aud.every(isText)) {
    return 'Audience (aud) claim must be a string or array of strings present in the ID token'
  }
  return (
    !aud.includes(clientId) &&
    `Audience (aud) claim mismatch in the ID token; expected "${clientId}" but was not one of "${aud.join(', ')}"`
  )
}

const authorizedParty = mustEqual('Authorized Party', 'azp', ({ clientId }) => clientId)
const organizationOf = ({ organization }: Expected): string => organization?.trim() ?? ''

/** A time as auth0-spa-js writes it. */
const time = (seconds: number): string => `${new Date(seconds * 1000)}`

/** The first of these rules that is broken, with a sentence that says what to do. */
const advise =
  (advice: string, ...rules: Rule[]): Rule =>
  (...token) => {
    for (const rule of rules) {
      const reason = rule(...token)
      if (reason) return `${reason}. ${advice}.`
    }
    return false
  }

const ADVICE_ON_MAX_AGE = 'Sign in again, or check the parameter `max_age`'

/** The rules in the order in which they are applied. The messages are those of auth0-spa-js. */
const RULES: Rule[] = [
  advise(
    'Check the options `domain`, `issuer` and `formerIssuers`',
    mustEqual('Issuer', 'iss', ({ issuer }) => issuer),
  ),
  ({ sub }) => !isText(sub) && 'Subject (sub) claim must be a string present in the ID token',
  ({ sub }) =>
    (sub as string).length > MAX_SUBJECT_LENGTH &&
    `Subject (sub) claim in the ID token is longer than ${MAX_SUBJECT_LENGTH} characters`,
  advise(
    'Use RS256 at the tenant, or check the option `idTokenSigningAlgs`',
    (_, { idTokenSigningAlgs }, { alg }) =>
      !idTokenSigningAlgs.includes(alg ?? '') &&
      `Signature algorithm of "${alg}" is not supported. Expected the ID token to be signed with "${idTokenSigningAlgs.join('" or "')}"`,
  ),
  advise(
    'Check the option `clientId`',
    audience,
    ({ aud, azp }) =>
      azp === undefined &&
      Array.isArray(aud) &&
      aud.length > 1 &&
      'Authorized Party (azp) claim must be a string present in the ID token when Audience (aud) claim has multiple values',
    (claims, ...others) => claims.azp !== undefined && authorizedParty(claims, ...others),
  ),
  advise(
    'It must be that of this login',
    mustEqual('Nonce', 'nonce', ({ nonce }) => nonce),
  ),
  advise(
    ADVICE_ON_MAX_AGE,
    ({ auth_time }, { maxAgeSeconds }) =>
      maxAgeSeconds !== undefined &&
      typeof auth_time !== 'number' &&
      'Authentication Time (auth_time) claim must be a number present in the ID token when Max Age (max_age) is specified',
  ),
  mustBeNumber('Expiration Time', 'exp'),
  mustBeNumber('Issued At', 'iat'),
  advise(
    'Check the clock, and the options `leeway` and `nowProvider`',
    ({ exp }, { nowSeconds, leewaySeconds }) =>
      nowSeconds > (exp as number) + leewaySeconds &&
      `Expiration Time (exp) claim error in the ID token; current time (${time(nowSeconds)}) is after expiration time (${time((exp as number) + leewaySeconds)})`,
    ({ nbf }, { nowSeconds, leewaySeconds }) =>
      typeof nbf === 'number' &&
      nowSeconds < nbf - leewaySeconds &&
      `Not Before time (nbf) claim in the ID token indicates that this token can't be used just yet. Current time (${time(nowSeconds)}) is before ${time(nbf - leewaySeconds)}`,
  ),
  advise(
    ADVICE_ON_MAX_AGE,
    ({ auth_time }, { nowSeconds, leewaySeconds, maxAgeSeconds }) =>
      typeof auth_time === 'number' &&
      maxAgeSeconds !== undefined &&
      nowSeconds > auth_time + maxAgeSeconds + leewaySeconds &&
      `Authentication Time (auth_time) claim in the ID token indicates that too much time has passed since the last end-user authentication. Current time (${time(nowSeconds)}) is after last auth at ${time(auth_time + maxAgeSeconds + leewaySeconds)}`,
  ),
  advise(
    'Check the parameter `organization`',
    mustEqual('Organization ID', 'org_id', expected => {
      const organization = organizationOf(expected)
      return organization.startsWith('org_') ? organization : undefined
    }),
    mustEqual('Organization Name', 'org_name', expected => {
      const organization = organizationOf(expected)
      return organization && !organization.startsWith('org_')
        ? organization.toLowerCase()
        : undefined
    }),
  ),
]

const readObject = (bytes: Uint8Array): Claims | undefined => {
  const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  return typeof json === 'object' && json && !Array.isArray(json)
    ? ownMembers(json as Claims)
    : undefined
}

const decode = (token: string): { header: Header; payload: Claims } | undefined => {
  if (!COMPACT.test(token) || token.split('.').some(part => part.length % 4 === 1)) return
  try {
    const [header, payload] = token.split('.', 2).map(part => readObject(fromBase64Url(part)))
    return header && payload && { header, payload }
  } catch {
    return undefined
  }
}

/** An ID token in the form in which it is stored, with its three parts as they were received. */
export interface DecodedIdToken extends DecodedToken {
  encoded: { header: string; payload: string; signature: string }
  header: Header
}

/** The decoded token, or the reason why it is invalid. */
export type Result = { decoded: DecodedIdToken } | { reason: string }

const UNREADABLE: Result = {
  reason:
    'ID token could not be decoded. It must be three parts in base64url without padding, and not encrypted.',
}

/**
 * Decodes an ID token and checks its claims. The signature is verified separately, after these
 * checks.
 */
export const validateIdToken = (token: unknown, expected: Expected): Result => {
  if (!token) {
    return { reason: 'ID token is required but missing. Check the parameter `scope`.' }
  }
  if (typeof token !== 'string') return UNREADABLE
  if (token.length > MAX_TOKEN_LENGTH) {
    return {
      reason: `ID token is longer than ${MAX_TOKEN_LENGTH} characters`,
    }
  }
  const parsed = decode(token)
  if (!parsed) return UNREADABLE
  // No extension is supported, so a token that requires one is invalid (RFC 7515 section 4.1.11).
  if ('crit' in parsed.header) {
    return {
      reason: 'ID token has critical header parameters (crit)',
    }
  }
  for (const rule of RULES) {
    const reason = rule(parsed.payload, expected, parsed.header)
    if (reason) return { reason }
  }
  const claims: IdToken = { ...parsed.payload, __raw: token }
  const [header = '', payload = '', signature = ''] = token.split('.')
  const encoded = { header, payload, signature }
  return { decoded: { encoded, header: parsed.header, claims, user: userOf(parsed.payload) } }
}

const userOf = (payload: Claims): User => ({
  ...pick(payload, name => !PROTOCOL_CLAIMS.has(name)),
})

/** Larger values are assumed to be milliseconds: ten digits of seconds last until 2286. */
const SECONDS_LIMIT = 10_000_000_000

/**
 * Checks `session_expiry`, the time at which a session ends even if its tokens are renewed.
 *
 * @returns what is wrong, or `undefined`
 */
export const validateSessionExpiry = ({ session_expiry, iat }: IdToken): string | undefined => {
  const value = session_expiry as unknown
  const invalid = (rule: string): string => `Invalid session_expiry: ${rule}.`
  if (value === undefined) return
  if (typeof value !== 'number') return invalid('value must be a number')
  if (value >= SECONDS_LIMIT) {
    return invalid('value appears to be in milliseconds; expected a Unix timestamp in seconds')
  }
  if (value <= (iat ?? 0)) return invalid('session ceiling is before or at the token issue time')
  return
}
