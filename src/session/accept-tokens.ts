import { GenericError } from '../errors/core.ts'
import type { Clock } from '../options.ts'
import { validateAtHash } from '../protocol/at-hash.ts'
import {
  type DecodedIdToken,
  validateIdToken,
  validateSessionExpiry,
} from '../protocol/id-token.ts'
import {
  findLogin,
  type LoginClaims,
  loginClaimsOf,
  validateRefreshedIdToken,
} from '../protocol/id-token-refresh.ts'
import { pick } from '../protocol/parameters.ts'
import { isBound } from '../protocol/token-endpoint.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { RefreshTokens } from '../storage/refresh-tokens.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenEntries } from '../storage/token-entries.ts'
import type { RenewalState, TokenStore } from '../storage/token-store.ts'
import type { IdToken } from '../types/identity.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'
import { SessionChangedError } from './session-changed-error.ts'
import type { SessionNumber, SessionTurns, Turn } from './session-turns.ts'
import type { VerifySignature } from './signing-keys.ts'

/** What a token response must agree with, and what it may change. Stated by the caller. */
export interface Expected {
  slot: TokenSlot
  /** The nonce of the login; a refresh has none. */
  nonce?: string | undefined
  /** The organization that the user was asked to sign in to. */
  organization?: string | undefined
  /**
   * The `max_age` that was asked for. Default: that of the client, but 0 demands a login, which silent
   * work is not.
   */
  maxAgeSeconds?: number | undefined
  /**
   * Whether the tokens may be those of another user, who then replaces the current one, or must be
   * those of the current user, if there is one.
   */
  subject: 'may-change' | 'must-match'
  /** Whether the tokens continue the login they come from (OpenID Connect Core section 12.2). */
  isRefresh?: boolean
  /** Whether the ceiling of the session is set by these tokens or stays. */
  ceiling: 'set' | 'keep'
}

/** What this client has stored, as it was read under the lock. */
export interface StoredState {
  tokens: TokenEntries
  identity: Identity | undefined
}

/** The session that silent work was begun for. */
export interface Begun {
  number: SessionNumber
  stored: StoredState
  /** Whether its access tokens for this audience were bound to a key (RFC 9449). */
  isBound: boolean
  /** The thumbprint of the key that this page has, with DPoP. */
  dpopJkt: string | undefined
}

export interface AcceptParts {
  options: {
    clientId: string
    issuer: string
    idTokenSigningAlgs: readonly string[]
    leewaySeconds: number
    maxAgeSeconds: number | undefined
    nowProvider: Clock
    useRefreshTokens: boolean
  }
  session: Pick<Session, 'isAtCeiling'>
  refreshTokens: Pick<RefreshTokens, 'find'>
  tokenStore: Pick<TokenStore, 'load' | 'save'>
  identities: IdentityStore
  sessionCookies: SessionCookies
  turns: Pick<SessionTurns, 'exclusive' | 'assignEntries' | 'start' | 'replace' | 'endLost'>
  events: Pick<Events<SessionEvents>, 'emit'>
}

interface AcceptOptions {
  /** Aborted when the session of silent work, or the sign-in, has ended. */
  signal: AbortSignal
  /** For silent work; `undefined` for a sign-in. */
  begun: Begun | undefined
  /** `undefined` if signatures are not verified (OpenID Connect Core 3.1.3.7, item 6). */
  verifySignature: VerifySignature | undefined
  /** The thumbprint of the key that signed the request, with DPoP. */
  dpopJkt: string | undefined
}

/** What is stored of a response; others of its members can be secrets. */
const STORED = ['access_token', 'token_type', 'expires_in', 'scope']

const RENEWAL = ['refresh_token', 'refresh_token_unanswered', 'dpop_jkt', 'login_claims']

const invalidToken = (reason: string): GenericError => new GenericError('invalid_token', reason)

/**
 * Everything that can be checked without knowing who is signed in.
 *
 * @throws GenericError `invalid_token`, or `jwks_unavailable`
 */
export const validateTokens = async (
  options: Omit<AcceptParts['options'], 'useRefreshTokens'>,
  { id_token, access_token }: TokenSet,
  { nonce, organization, ...expected }: Expected,
  { begun, verifySignature }: Pick<AcceptOptions, 'begun' | 'verifySignature'>,
): Promise<DecodedIdToken> => {
  const usual = begun ? options.maxAgeSeconds || undefined : options.maxAgeSeconds
  const nowSeconds = Math.floor((await options.nowProvider()) / 1000)
  const result = validateIdToken(id_token, {
    ...options,
    nowSeconds,
    nonce,
    organization,
    maxAgeSeconds: expected.maxAgeSeconds ?? usual,
  })
  if ('reason' in result) throw invalidToken(result.reason)
  const { claims, header } = result.decoded
  const reason =
    (await validateAtHash(claims.at_hash, header.alg, access_token)) ??
    (await verifySignature?.(claims.__raw))
  if (reason) throw invalidToken(reason)
  return result.decoded
}

/** The logins that a refresh token can come from: several only if it is used for all audiences. */
const loginsOf = (begun: Begun | undefined, { refresh_token }: TokenSet): LoginClaims[] =>
  (begun?.stored.tokens.all() ?? [])
    .filter(({ body }) => body.refresh_token === refresh_token)
    .flatMap(({ body }) => body.login_claims ?? [])

/** Whether the claims are those of another user. Sessions that tests have stored may have no `sub`. */
const isOtherUser = (before: Identity | undefined, { sub }: IdToken): boolean =>
  before !== undefined && before.claims.sub !== undefined && before.claims.sub !== sub

/** Another user is another session, and so is another organization of the same user. */
const isOther = (before: IdToken, claims: IdToken): boolean =>
  before.sub !== claims.sub ||
  before.org_id !== claims.org_id ||
  before.org_name !== claims.org_name

/**
 * The key that the refresh token of a response is bound to (RFC 9449 section 5). An access token of
 * type Bearer says nothing about it: its API may not ask for a key.
 */
const keyOf = (tokens: TokenSet, { begun, dpopJkt }: AcceptOptions): string | undefined =>
  isBound(tokens)
    ? dpopJkt
    : begun?.stored.tokens.all().find(({ body }) => body.refresh_token === tokens.refresh_token)
        ?.body.dpop_jkt

/**
 * The refresh token of a response, or else the one that this client has: a server that sends none has
 * not replaced it (RFC 6749 section 6).
 */
const renewalOf = async (
  { options, refreshTokens, tokenStore }: AcceptParts,
  slot: TokenSlot,
  tokens: TokenSet,
  accept: AcceptOptions,
  login_claims: LoginClaims | undefined,
): Promise<RenewalState> => {
  const { refresh_token } = tokens
  if (refresh_token) {
    const dpop_jkt = keyOf(tokens, accept)
    return { refresh_token, ...(dpop_jkt && { dpop_jkt }), ...(login_claims && { login_claims }) }
  }
  if (!options.useRefreshTokens) return {}
  const entries = await tokenStore.load()
  const current = refreshTokens.find(entries, slot, accept.dpopJkt)?.refresh_token
  const holder = entries.all().find(({ body }) => current && body.refresh_token === current)
  return pick({ ...holder?.body }, name => RENEWAL.includes(name))
}

/**
 * Validates a token response and stores it, or stores nothing if a check fails. A sign-in starts a
 * session; silent work can only continue the session in which it started.
 *
 * @throws GenericError `invalid_token`, or `jwks_unavailable`
 * @throws GenericError `login_required` if the tenant names another user than the current one
 * @throws SessionChangedError if the session has changed
 * @returns the ID token, if the response contains one
 */
export const acceptTokens = async (
  parts: AcceptParts,
  tokens: TokenSet,
  expected: Expected,
  accept: AcceptOptions,
): Promise<DecodedIdToken | undefined> => {
  const { signal, begun } = accept
  const { session, tokenStore, identities, sessionCookies, turns, events } = parts
  const { slot, organization, subject, isRefresh, ceiling } = expected
  const maxAge = expected.maxAgeSeconds ?? parts.options.maxAgeSeconds
  // The response to a refresh may contain no ID token (OpenID Connect Core section 12.2).
  const isWithout = isRefresh && !tokens.id_token && !maxAge
  const kept = isWithout ? begun?.stored.identity : undefined
  const decoded = kept ? undefined : await validateTokens(parts.options, tokens, expected, accept)
  const { claims } = kept ?? (decoded as DecodedIdToken)
  const logins = isRefresh ? loginsOf(begun, tokens) : []
  const login_claims = findLogin(claims, logins) ?? loginClaimsOf(claims)

  /** The checks that depend on who is signed in. */
  const check = (before: Identity | undefined): void => {
    if (kept) return
    const mismatch = isRefresh && validateRefreshedIdToken(claims, before?.claims, logins)
    if (mismatch) throw invalidToken(mismatch)
    const previousCeiling = before?.claims.session_expiry
    if (ceiling === 'keep' && typeof previousCeiling === 'number') {
      claims.session_expiry = previousCeiling
    }
    const wrongCeiling = validateSessionExpiry(claims)
    if (wrongCeiling) throw invalidToken(wrongCeiling)
  }

  /** The refresh token of an audience can be older than the user's last login. */
  const isOfOlderLogin = (current: Identity | undefined): boolean =>
    isRefresh === true && Number(current?.claims.auth_time) > Number(claims.auth_time)

  const store = async (turn: Turn, current: Identity | undefined): Promise<void> => {
    await turns.assignEntries()
    if (decoded && !isOfOlderLogin(current)) await identities.save(claims.__raw, decoded)
    const stored = pick({ ...tokens }, name => STORED.includes(name)) as unknown as TokenSet
    await tokenStore.save(slot, {
      ...stored,
      ...(await renewalOf(parts, slot, tokens, accept, login_claims)),
    })
    sessionCookies.save(organization || claims.org_id, turn.signedOut)
  }

  // What this page has shown counts also if the application has emptied the storage since.
  const before = begun?.stored.identity ?? identities.lastSeen()
  if (begun && isOtherUser(before, claims)) {
    await turns.endLost('user-changed', begun.number)
    throw new GenericError('login_required', 'Another user is signed in at the tenant')
  }
  const isNewUser = await turns.exclusive(async turn => {
    if (signal.aborted) throw signal.reason
    if (begun && !turn.isCurrent(begun.number)) throw new SessionChangedError()
    const current = await identities.current()
    // Where no user was signed in, other silent work may have restored a session for another one.
    if (begun && isOtherUser(current, claims)) throw new SessionChangedError()
    // A sign-in does not continue a session that has reached its ceiling.
    const isOver = !begun && (await session.isAtCeiling(current))
    check(isOver || isOtherUser(current, claims) ? undefined : current)
    const isReplaced = current && !isRefresh && (isOver || isOther(current.claims, claims))
    const save = () => store(turn, current)
    if (isReplaced) await turns.replace(turn, save, tokens.refresh_token)
    else await (begun ? turn.write(save) : turns.start(turn, save))
    return current?.claims.sub !== claims.sub
  })
  if (subject === 'may-change' && isNewUser) {
    await events.emit('user-changed', { sub: claims.sub as string })
  }
  return decoded
}
