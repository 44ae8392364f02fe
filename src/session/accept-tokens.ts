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
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { Write } from '../storage/lock/renewal-lock.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenEntries } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'
import type { VerifySignature } from './signing-keys.ts'

/** What a token response must agree with, and what it may change. Stated by the caller. */
export interface Expected {
  slot: TokenSlot
  /** The nonce of the login; a refresh has none. */
  nonce?: string | undefined
  /** The organization that the user was asked to sign in to. */
  organization?: string | undefined
  /**
   * Whether the tokens may be those of another user, who then replaces the current one, or must
   * continue the login that they come from (OpenID Connect Core section 12.2).
   */
  subject: 'may-change' | 'must-match'
  /** Whether the ceiling of the session is set by these tokens or stays. */
  ceiling: 'set' | 'keep'
}

/** What this client has stored, as it was read under the lock. */
export interface StoredState {
  tokens: TokenEntries
  identity: Identity | undefined
}

export interface AcceptParts {
  options: {
    clientId: string
    issuer: string
    idTokenSigningAlgs: readonly string[]
    leewaySeconds: number
    maxAgeSeconds: number | undefined
    nowProvider: Clock
  }
  tokenStore: Pick<TokenStore, 'load' | 'save' | 'clear'>
  identities: IdentityStore
  sessionCookies: SessionCookies
  session: Pick<Session, 'signal' | 'abortPending'>
  events: Pick<Events<SessionEvents>, 'emit'>
}

interface AcceptOptions {
  /** Abort signal of the session that the tokens belong to. */
  signal: AbortSignal
  stored: StoredState | undefined
  write: Write
  /** `undefined` if signatures are not verified (OpenID Connect Core 3.1.3.7, item 6). */
  verifySignature: VerifySignature | undefined
}

const invalidToken = (reason: string): GenericError => new GenericError('invalid_token', reason)

/** Everything that can be checked without knowing who is signed in. */
const validate = async (
  { options }: AcceptParts,
  { id_token, access_token }: TokenSet,
  { nonce, organization }: Expected,
  verifySignature: VerifySignature | undefined,
): Promise<DecodedIdToken> => {
  const nowSeconds = Math.floor((await options.nowProvider()) / 1000)
  const result = validateIdToken(id_token, { ...options, nowSeconds, nonce, organization })
  if ('reason' in result) throw invalidToken(result.reason)
  const { claims, header } = result.decoded
  const reason =
    (await validateAtHash(claims.at_hash, header.alg, access_token)) ??
    (await verifySignature?.(claims.__raw))
  if (reason) throw invalidToken(reason)
  return result.decoded
}

/** The logins that a refresh token can come from: several only if it is used for all audiences. */
const loginsOf = (stored: StoredState | undefined, { refresh_token }: TokenSet): LoginClaims[] =>
  (stored?.tokens.all() ?? [])
    .filter(({ body }) => body.refresh_token === refresh_token)
    .flatMap(({ body }) => body.login_claims ?? [])

/**
 * Validates a token response and stores it, or stores nothing if a check fails.
 *
 * @throws GenericError `invalid_token`, or `jwks_unavailable`
 * @throws the reason of the signal if the session has ended
 */
export const acceptTokens = async (
  parts: AcceptParts,
  tokens: TokenSet,
  expected: Expected,
  { signal, stored, write, verifySignature }: AcceptOptions,
): Promise<void> => {
  const { options, tokenStore, identities, sessionCookies, session, events } = parts
  const { slot, organization, subject, ceiling } = expected
  const decoded = await validate(parts, tokens, expected, verifySignature)
  const { claims, user } = decoded
  const sub = claims.sub as string

  const before = stored ? stored.identity : await identities.current()
  const logins = subject === 'must-match' ? loginsOf(stored, tokens) : []
  const mismatch =
    subject === 'must-match' && validateRefreshedIdToken(claims, before?.claims, logins)
  if (mismatch) throw invalidToken(mismatch)
  const login_claims = findLogin(claims, logins) ?? loginClaimsOf(claims)
  const previousCeiling = before?.claims.session_expiry
  if (ceiling === 'keep' && typeof previousCeiling === 'number') {
    claims.session_expiry = user.session_expiry = previousCeiling
  }
  const wrongCeiling = validateSessionExpiry(claims)
  if (wrongCeiling) throw invalidToken(wrongCeiling)

  signal.throwIfAborted()
  let ownSignal = signal
  const isNewUser = before?.claims.sub !== sub
  await write(async () => {
    if (subject === 'may-change' && before && isNewUser) {
      session.abortPending('user-changed', 'here', tokens.refresh_token)
      ownSignal = session.signal()
      await tokenStore.clear(options.clientId)
    }
    await identities.save(claims.__raw, decoded)
    const isRenewable = tokens.refresh_token && login_claims
    await tokenStore.save(slot, { ...tokens, ...(isRenewable && { login_claims }) })
    // The session ended between the two writes and no new one has started: undo.
    const isLate = ownSignal.aborted && identities.lastSeen()?.id_token === claims.__raw
    if (isLate) await tokenStore.clear(options.clientId)
  })
  ownSignal.throwIfAborted()
  sessionCookies.save(organization || claims.org_id)
  if (subject === 'may-change' && isNewUser) await events.emit('user-changed', { sub })
}
