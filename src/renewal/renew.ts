import { GenericError } from '../errors/core.ts'
import { isLoginRequired, isMfaRequired, isUserBlocked } from '../protocol/error-codes.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { StoredState } from '../session/accept-tokens.ts'
import { hasFreshToken, MARGIN_SECONDS, toResponse } from '../session/cached-token.ts'
import type { Session } from '../session/session.ts'
import { hasUsableTokens } from '../session/usable-tokens.ts'
import { dropAccessToken } from '../storage/drop-access-token.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { RenewalLock, Write } from '../storage/lock/renewal-lock.ts'
import type { StoredTokens } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import type { Backoff } from './backoff.ts'
import { chooseRenewer } from './choose-renewer.ts'
import type { LockedRequest, RenewalRequest, Renewer } from './renewer.ts'
import { createSingleFlight, type SingleFlight } from './single-flight.ts'

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
  }
  session: Session
  tokenStore: TokenStore
  identities: Pick<IdentityStore, 'current' | 'keepV1IdToken'>
  lock: RenewalLock
  backoff: Backoff
  byRefreshToken: Renewer
  byIframe: Renewer
  /** Why no iframe can be used, if that is so. */
  blockedReason: () => string | undefined
}

/**
 * The whole policy of a renewal:
 *
 *     single flight ─ lock ─ look again ─ back-off ─ drop the expired token ─ renewer ─ write
 */
export const createRenew = (parts: RenewParts): Renew => {
  const { options, session, tokenStore, identities, lock, backoff } = parts

  /** A `login_required` for one audience says nothing about valid tokens of others. */
  const endLostSession = async (error: unknown): Promise<void> => {
    const isForPopup = options.interactiveErrorHandler === 'popup' && isMfaRequired(error)
    if (!isLoginRequired(error) || isForPopup) return
    if (options.useRefreshTokens && (await hasUsableTokens(parts, await tokenStore.load()))) return
    await session.clearLocal('login_required')
  }

  const renewer = chooseRenewer({
    options,
    blockedReason: parts.blockedReason,
    byRefreshToken: parts.byRefreshToken,
    byIframe: async request => {
      try {
        return await parts.byIframe(request)
      } catch (error) {
        // An aborted renewal says nothing about the session that has started since.
        if (!request.signal.aborted) await endLostSession(error)
        throw error
      }
    },
  })

  /** Everything is read here once; only writes by others can make it out of date. */
  const readStored = async (): Promise<StoredState> => {
    const tokens = await tokenStore.load()
    return { tokens, identity: await identities.current(tokens) }
  }

  /** The expired entry of the slot, reduced unless the write that marks its refresh token does it. */
  const dropExpired = async (
    { tokens }: StoredState,
    slot: TokenSlot,
  ): Promise<StoredTokens | undefined> => {
    const entry = tokens.find(slot)
    if (!entry || (await tokenStore.isFresh(entry, MARGIN_SECONDS))) return
    await identities.keepV1IdToken(entry.body)
    if (options.useRefreshTokens && entry.body.refresh_token) return entry
    await dropAccessToken(tokens, entry)
    return
  }

  const renewNow = async (
    request: RenewalRequest,
    stored: StoredState,
    onTimeout: LockedRequest['onTimeout'],
  ): Promise<TokenSet> => {
    const expired = await dropExpired(stored, request.slot)
    try {
      const tokens = await renewer({ ...request, stored, expired, onTimeout })
      if (tokens.expires_in > 0) return tokens
      throw new GenericError('invalid_token', 'The tenant issued an expired access token.')
    } catch (error) {
      const isBlocked = options.useRefreshTokens && isUserBlocked(error)
      if (isBlocked && !request.signal.aborted) await session.end('blocked')
      await session.rollBackIfEnded(request.signal)
      throw error
    }
  }

  const renewInLock = async (
    request: RenewalRequest,
    lookAgain: boolean,
    write: Write,
    onTimeout: LockedRequest['onTimeout'],
  ): Promise<Result> => {
    const { slot, signal } = request
    signal.throwIfAborted()
    const stored = await readStored()
    if (await session.endAtCeiling(stored.identity)) return undefined
    // Another tab, or another client of this page, may have renewed while this call waited.
    const entry = lookAgain ? stored.tokens.find(slot) : undefined
    if (entry && stored.identity && (await hasFreshToken(tokenStore, entry))) {
      return toResponse(entry, stored.identity)
    }
    const {
      refresh_token: _,
      id_token = '',
      ...tokens
    } = await backoff.attempt(request, () => write(() => renewNow(request, stored, onTimeout)))
    return { ...tokens, id_token }
  }

  /** The work can take longer than the caller waits: what arrives late is stored all the same. */
  const renew = (request: RenewalRequest, lookAgain: boolean): Promise<Result> =>
    new Promise((resolve, reject) => {
      lock
        .run(request.slot.audience, write => renewInLock(request, lookAgain, write, reject))
        .then(resolve, reject)
    })

  const dropExpiredIfFree = (slot: TokenSlot): Promise<void> =>
    lock.tryRun(slot.audience, async () => {
      const stored = await readStored()
      const expired = await dropExpired(stored, slot)
      if (expired) await dropAccessToken(stored.tokens, expired)
    })

  /** Calls of one session never share a renewal of another. */
  const flights = new WeakMap<AbortSignal, SingleFlight<Result>>()
  const flightOf = (signal: AbortSignal): SingleFlight<Result> => {
    const flight = flights.get(signal) ?? createSingleFlight()
    flights.set(signal, flight)
    return flight
  }

  return async (request, cacheMode) => {
    const { slot, signal } = request
    if (cacheMode === 'cache-only') {
      await dropExpiredIfFree(slot)
      return undefined
    }
    const key = `${slot.audience}|${slot.scope}`
    const flight = flightOf(signal)
    return cacheMode === 'off'
      ? flight.joinNext(key, () => renew(request, false))
      : flight.join(key, () => renew(request, true))
  }
}
