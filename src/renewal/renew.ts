import { monotonicMs } from '../deadline.ts'
import { GenericError } from '../errors/core.ts'
import type { Clock } from '../options.ts'
import { isUserBlocked } from '../protocol/error-codes.ts'
import { maxAgeSecondsOf } from '../protocol/max-age.ts'
import { isOfOrganization } from '../protocol/organization.ts'
import { omit } from '../protocol/parameters.ts'
import { isBound } from '../protocol/token-endpoint.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { Begun, StoredState } from '../session/accept-tokens.ts'
import { hasFreshToken, MARGIN_SECONDS, toResponse } from '../session/cached-token.ts'
import type { Session } from '../session/session.ts'
import { SessionChangedError } from '../session/session-changed-error.ts'
import type { SessionTurns, Turn } from '../session/session-turns.ts'
import { dropAccessToken } from '../storage/drop-access-token.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { RenewalLock } from '../storage/lock/renewal-lock.ts'
import type { RefreshTokens, StoredRefreshToken } from '../storage/refresh-tokens.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { StoredTokens } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import type { Backoff } from './backoff.ts'
import { chooseRenewer } from './choose-renewer.ts'
import { createEndLostSession } from './end-lost-session.ts'
import { findTooLate } from './find-too-late.ts'
import type { LockedRequest, RenewalRequest, Renewer } from './renewer.ts'
import { createSingleFlight, keyFor, type SingleFlight } from './single-flight.ts'
import { longestRenewalMs } from './time-limits.ts'

type Result = GetTokenSilentlyVerboseResponse | undefined

/** Gets a token that the cache does not have; `undefined` if the session has reached its ceiling. */
export type Renew = (
  request: RenewalRequest,
  cacheMode: NonNullable<GetTokenSilentlyOptions['cacheMode']>,
) => Promise<Result>

interface RenewParts {
  options: {
    useRefreshTokens: boolean
    useRefreshTokensFallback: boolean | undefined
    interactiveErrorHandler: 'popup' | undefined
    authorizeTimeoutMs: number
    httpTimeoutMs: number
    maxAgeSeconds: number | undefined
    useDpop: boolean
    nowProvider: Clock
  }
  session: Session
  sessionCookies: Pick<SessionCookies, 'isSignedIn'>
  turns: SessionTurns
  tokenStore: TokenStore
  identities: Pick<IdentityStore, 'current' | 'keepV1IdToken'>
  refreshTokens: Pick<RefreshTokens, 'find' | 'markSent'>
  lock: RenewalLock
  backoff: Backoff
  byRefreshToken: Renewer
  byIframe: Renewer
  /** Why no iframe can be used, if that is so. */
  blockedReason: () => string | undefined
  /**
   * Fails where tokens cannot be requested, before a refresh token is marked as sent.
   *
   * @returns the thumbprint of the key that this page has, with DPoP
   */
  prepare: () => Promise<string | undefined>
}

/** What a renewal has found under the locks: a token to return, or the work to do. */
type Found =
  | { result: Result }
  | { ended: Identity | undefined }
  | { begun: Begun; token: StoredRefreshToken | undefined }
  | { otherToken: string }

/**
 * The whole policy of a renewal:
 *
 *     single flight ─ locks ─ look again ─ back-off ─ drop the expired token ─ renewer ─ write
 *
 * It notes the number of the session when it looks, and changes nothing once that has moved on.
 */
export const createRenew = (parts: RenewParts): Renew => {
  const { options, session, turns, tokenStore, identities, refreshTokens, lock, backoff } = parts

  const endLostSession = createEndLostSession(parts)
  const renewer = chooseRenewer({
    options,
    blockedReason: parts.blockedReason,
    byRefreshToken: parts.byRefreshToken,
    byIframe: async request => {
      try {
        return await parts.byIframe(request)
      } catch (error) {
        await endLostSession(error, request)
        throw error
      }
    },
  })

  /** Everything is read here once; only writes by others can make it out of date. */
  const readStored = async (): Promise<StoredState> => {
    const tokens = await tokenStore.load()
    return { tokens, identity: await identities.current(tokens) }
  }

  const resultFor = async (
    { tokens, identity }: StoredState,
    { slot, params }: RenewalRequest,
  ): Promise<Result> => {
    const entry = tokens.find(slot)
    const isMatch = entry && identity && isOfOrganization(identity.claims, params.organization)
    return isMatch && (await hasFreshToken(tokenStore, entry))
      ? toResponse(entry, identity)
      : undefined
  }

  /** Corrects the end of a token that cannot be renewed, so that it is returned. */
  const correctEndIn = async (
    turn: Turn,
    { tokens }: StoredState,
    { slot, signal }: RenewalRequest,
  ): Promise<boolean> => {
    const entry = findTooLate(tokens, slot, await options.nowProvider())
    if (!entry || signal.aborted) return false
    await turn.write(() => tokens.rewrite(entry, entry.body))
    return true
  }

  const correctEnd = (request: RenewalRequest): Promise<boolean> =>
    turns.exclusive(async turn => correctEndIn(turn, await readStored(), request))

  /** The entry of the slot whose access token has expired. */
  const findExpired = async (
    { tokens }: StoredState,
    slot: TokenSlot,
  ): Promise<StoredTokens | undefined> => {
    const entry = tokens.find(slot)
    const nowSeconds = Math.floor((await options.nowProvider()) / 1000)
    if (!entry || entry.expiresAt - nowSeconds >= MARGIN_SECONDS) return
    await identities.keepV1IdToken(entry.body)
    return entry
  }

  /** A refresh token is bound to the organization that its user signed in to. */
  const findToken = (
    { tokens, identity }: StoredState,
    { slot, params }: RenewalRequest,
    dpopJkt: string | undefined,
  ): StoredRefreshToken | undefined =>
    options.useRefreshTokens && isOfOrganization(identity?.claims, params.organization)
      ? refreshTokens.find(tokens, slot, dpopJkt)
      : undefined

  const isBoundFor = ({ tokens }: StoredState, { audience }: TokenSlot): boolean =>
    tokens.all().some(({ slot, body }) => slot.audience === audience && isBound(body))

  /** Whether there is reason to ask the tenant, as in `checkSession`. */
  const canRenew = (token: StoredRefreshToken | undefined): boolean =>
    token !== undefined || parts.sessionCookies.isSignedIn()

  /**
   * Looks at what is stored, and marks the refresh token as sent.
   *
   * @param dpopJkt the thumbprint of the key that this page has
   * @param lockedToken the refresh token whose lock is held
   */
  const lookAgain = (
    request: RenewalRequest,
    mayReturnCached: boolean,
    dpopJkt: string | undefined,
    lockedToken: string | undefined,
  ): Promise<Found> =>
    turns.exclusive(async turn => {
      const stored = await readStored()
      const { tokens, identity } = stored
      if (await session.isAtCeiling(identity)) return { ended: identity }
      const token = findToken(stored, request, dpopJkt)
      if (mayReturnCached && !canRenew(token)) await correctEndIn(turn, stored, request)
      // Another tab, or another client of this page, may have renewed while this call waited.
      const result = mayReturnCached && (await resultFor(stored, request))
      if (result) return { result }
      if (token && token.refresh_token !== lockedToken) return { otherToken: token.refresh_token }
      backoff.check(request)
      const hadKey = options.useDpop && isBoundFor(stored, request.slot)
      const expired = await findExpired(stored, request.slot)
      if (token) {
        await turn.write(() => refreshTokens.markSent(tokens, token.refresh_token, expired))
      } else if (expired) await turn.write(() => dropAccessToken(tokens, expired))
      return { begun: { number: turn.number, stored, isBound: hadKey, dpopJkt }, token }
    })

  const renewNow = async (request: LockedRequest): Promise<TokenSet> => {
    try {
      const tokens = await renewer(request)
      if (tokens.expires_in > 0) return tokens
      throw new GenericError('invalid_token', 'The tenant issued an expired access token.')
    } catch (error) {
      if (options.useRefreshTokens && isUserBlocked(error)) {
        await turns.endLost('blocked', request.begun.number)
      }
      throw error
    }
  }

  /** The work can take longer than the caller waits: what arrives late is stored all the same. */
  const renew = (request: RenewalRequest, mayReturnCached: boolean): Promise<Result> =>
    new Promise((resolve, onTimeout) => {
      const deadline = monotonicMs() + (request.timeoutMs ?? longestRenewalMs(options))
      const waitMs = () => Math.max(0, deadline - monotonicMs())

      let dpopJkt: string | undefined

      const renewWith = async (lockedToken: string | undefined): Promise<Result> => {
        if (request.signal.aborted) throw request.signal.reason
        const found = await lookAgain(request, mayReturnCached, dpopJkt, lockedToken)
        if ('otherToken' in found) return lockAndRenew(found.otherToken)
        if ('result' in found) return found.result
        if ('ended' in found) {
          await session.endAtCeiling(found.ended)
          return undefined
        }
        try {
          const {
            refresh_token: _,
            id_token,
            ...tokens
          } = await backoff.attempt(request, () => renewNow({ ...request, ...found, onTimeout }))
          // A refresh without an ID token continues with the one before.
          return { ...tokens, id_token: id_token || (found.begun.stored.identity?.id_token ?? '') }
        } catch (error) {
          const isOver = !mayReturnCached || error instanceof SessionChangedError
          if (isOver || !(await correctEnd(request))) throw error
          const result = await resultFor(await readStored(), request)
          if (result) return result
          throw error
        }
      }

      const lockAndRenew = (token: string | undefined): Promise<Result> =>
        token === undefined
          ? renewWith(token)
          : lock.runWith(token, () => renewWith(token), waitMs())

      const start = async (): Promise<Result> => {
        dpopJkt = await parts.prepare()
        // Read without a turn: if it is out of date, the turn under its lock finds another one.
        const stored = await readStored()
        return lockAndRenew(findToken(stored, request, dpopJkt)?.refresh_token)
      }

      lock.run(request.slot.audience, start, waitMs()).then(resolve, onTimeout)
    })

  const dropExpiredIfFree = (request: RenewalRequest): Promise<void> =>
    lock.tryRun(request.slot.audience, () =>
      turns.exclusive(async turn => {
        const stored = await readStored()
        // Which key this page has is not asked: a call without the network loads no code for it.
        const key = stored.tokens.find(request.slot)?.body.dpop_jkt
        if (!canRenew(findToken(stored, request, key))) await correctEndIn(turn, stored, request)
        const expired = await findExpired(stored, request.slot)
        if (expired) await turn.write(() => dropAccessToken(stored.tokens, expired))
      }),
    )

  /** Calls of one session never share a renewal of another. */
  const flights = new WeakMap<AbortSignal, SingleFlight<Result>>()
  const flightOf = (signal: AbortSignal): SingleFlight<Result> => {
    const flight = flights.get(signal) ?? createSingleFlight()
    flights.set(signal, flight)
    return flight
  }

  return async (given, cacheMode) => {
    // The client's `max_age: 0` demands a new login of the user, which a renewal is not.
    const isLoginOnly = options.maxAgeSeconds === 0 && maxAgeSecondsOf(given.params.max_age) === 0
    const request = isLoginOnly ? { ...given, params: omit(given.params, 'max_age') } : given
    const { signal, ...asked } = request
    if (cacheMode === 'cache-only') {
      await dropExpiredIfFree(request)
      return resultFor(await readStored(), request)
    }
    const key = keyFor(asked)
    const flight = flightOf(signal)
    return cacheMode === 'off'
      ? flight.joinNext(key, () => renew(request, false))
      : flight.join(key, () => renew(request, true))
  }
}
