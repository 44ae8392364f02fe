import { GenericError } from '../errors/core.ts'
import { judgeAccessTokenHash } from '../protocol/at-hash.ts'
import { type DecodedIdToken, judgeIdToken, judgeSessionExpiry } from '../protocol/id-token.ts'
import {
  findLogin,
  judgeRefreshedIdToken,
  type LoginClaims,
  loginClaimsOf,
} from '../protocol/id-token-refresh.ts'
import type { Grant } from '../protocol/token-endpoint.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { Change } from '../storage/lock/renewal-lock.ts'
import type { LoginHints } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { SessionNews } from '../types/session-news.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'
import type { Session } from './session.ts'
import type { SignatureCheck } from './verify-signature.ts'

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
    idTokenSigningAlgs: readonly string[]
    leewaySeconds: number
    maxAgeSeconds: number | undefined
    clock: Clock
  }
  tokenStore: Pick<TokenStore, 'save' | 'clear' | 'all'>
  identities: IdentityStore
  hints: LoginHints
  session: Pick<Session, 'signal' | 'interrupt'>
  /** Tells the other tabs. */
  tell: (news: SessionNews) => void
}

const refused = (why: string): GenericError => new GenericError('invalid_token', why)

/** The logins that a refresh token may come from: one, unless it serves audiences of several. */
const loginsOf = async (
  { tokenStore }: Pick<AcceptParts, 'tokenStore'>,
  { refresh_token }: TokenSet,
): Promise<LoginClaims[]> => {
  const holders = (await tokenStore.all()).filter(
    ({ body }) => body.refresh_token === refresh_token,
  )
  return holders.flatMap(({ body }) => body.login_claims ?? [])
}

interface Within {
  signal: AbortSignal
  change: Change
  checkSignature: SignatureCheck | undefined
}

/** What can be judged of an answer by itself, whoever is signed in here. */
const judge = async (
  { options }: Pick<AcceptParts, 'options'>,
  { id_token, access_token }: TokenSet,
  { nonce, organization }: Expected,
  checkSignature: SignatureCheck | undefined,
): Promise<DecodedIdToken> => {
  const nowSeconds = Math.floor((await options.clock()) / 1000)
  const verdict = judgeIdToken(id_token, { ...options, nowSeconds, nonce, organization })
  if ('refusal' in verdict) throw refused(verdict.refusal)
  const { claims, header } = verdict.decoded
  const refusal =
    (await judgeAccessTokenHash(claims.at_hash, header.alg, access_token)) ??
    (await checkSignature?.(claims.__raw))
  if (refusal) throw refused(refusal)
  return verdict.decoded
}

/**
 * Takes in an answer of the token endpoint: all of it, or nothing when a check fails.
 *
 * @param within `signal` of the session that the answer is for: once that has ended nothing is
 *   taken in; `change` does what changes entries; `checkSignature`, unless TLS vouches for the
 *   ID token (OpenID Connect Core 3.1.3.7, item 6)
 * @throws GenericError `invalid_token`, or `jwks_unavailable`
 * @throws the reason of the signal when the session has ended
 */
export const acceptTokens = async (
  parts: AcceptParts,
  tokens: TokenSet,
  { grant_type }: Grant,
  expected: Expected,
  { signal, change, checkSignature }: Within,
): Promise<void> => {
  const { options, tokenStore, identities, hints, session, tell } = parts
  const { slot, organization } = expected
  const decoded = await judge(parts, tokens, expected, checkSignature)
  const { claims, user } = decoded
  const { sub } = claims

  const before = await identities.current()
  const isRefresh = grant_type === 'refresh_token'
  const logins = isRefresh ? await loginsOf(parts, tokens) : []
  const isAnother = isRefresh && judgeRefreshedIdToken(claims, before?.claims, logins)
  if (isAnother) throw refused(isAnother)
  const login_claims = findLogin(claims, logins) ?? loginClaimsOf(claims)
  const isLogin = grant_type === 'authorization_code'
  const ceiling = before?.claims.session_expiry
  // Only a login may set or move the ceiling of a session.
  if (!isLogin && typeof ceiling === 'number') claims.session_expiry = user.session_expiry = ceiling
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
    await identities.save(claims.__raw, decoded)
    const isRenewable = tokens.refresh_token && login_claims
    await tokenStore.save(slot, { ...tokens, ...(isRenewable && { login_claims }) })
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
