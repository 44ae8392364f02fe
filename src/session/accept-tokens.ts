import { GenericError } from '../errors.ts'
import { judgeIdToken, judgeSessionExpiry } from '../protocol/id-token.ts'
import type { Grant } from '../protocol/token-endpoint.ts'
import type { Change } from '../storage/exclusive.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { LoginHints } from '../storage/login-hints.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { SessionNews } from '../types/session-news.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'
import type { Session } from './session.ts'

/** What a token answer is held against before it is taken in. */
export interface Expected {
  slot: TokenSlot
  /** The nonce of the login; a refresh has none. */
  nonce?: string | undefined
  /** The organization the user was to sign in to. */
  organization?: string | undefined
}

export interface AcceptParts {
  options: {
    clientId: string
    issuer: string
    leewaySeconds: number
    maxAgeSeconds: number | undefined
    clock: Clock
  }
  tokenStore: Pick<TokenStore, 'save' | 'clear'>
  identities: IdentityStore
  hints: LoginHints
  session: Pick<Session, 'signal' | 'interrupt'>
  /** Tells the other tabs. */
  tell: (news: SessionNews) => void
}

const refused = (why: string): GenericError => new GenericError('invalid_token', why)

/**
 * Takes in an answer of the token endpoint: all of it, or nothing when a check fails.
 *
 * @param within `signal` of the session that the answer is for: once that has ended nothing is
 *   taken in; `change` does what changes entries
 * @throws GenericError `invalid_token`
 * @throws the reason of the signal when the session has ended
 */
export const acceptTokens = async (
  { options, tokenStore, identities, hints, session, tell }: AcceptParts,
  tokens: TokenSet,
  { grant_type }: Grant,
  { slot, nonce, organization }: Expected,
  { signal, change }: { signal: AbortSignal; change: Change },
): Promise<void> => {
  const nowSeconds = Math.floor((await options.clock()) / 1000)
  const verdict = judgeIdToken(tokens.id_token, { ...options, nowSeconds, nonce, organization })
  if ('refusal' in verdict) throw refused(verdict.refusal)
  const { claims, user } = verdict.decoded
  const { sub } = claims

  const before = await identities.current()
  const isLogin = grant_type === 'authorization_code'
  const ceiling = before?.claims.session_expiry
  // Only a login may set or move the ceiling of a session.
  if (!isLogin && ceiling !== undefined) claims.session_expiry = user.session_expiry = ceiling
  const wrongCeiling = judgeSessionExpiry(claims)
  if (wrongCeiling) throw refused(wrongCeiling)

  signal.throwIfAborted()
  let era = signal
  const isSomebodyElse = before?.claims.sub !== sub
  await change(async () => {
    if (isLogin && before && isSomebodyElse) {
      session.interrupt()
      era = session.signal()
      await tokenStore.clear(options.clientId)
    }
    await identities.save(claims.__raw, verdict.decoded)
    await tokenStore.save(slot, tokens)
    // It ended between two writes, and nobody else has come since.
    const isLate = era.aborted && identities.known()?.id_token === claims.__raw
    if (isLate) await tokenStore.clear(options.clientId)
  })
  era.throwIfAborted()
  hints.save(organization || claims.org_id)
  if (isLogin && isSomebodyElse) {
    tell({ type: 'signed_in', client_id: options.clientId, sub: sub as string, at: Date.now() })
  }
}
