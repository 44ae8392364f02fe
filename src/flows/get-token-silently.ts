import { millisecondsOf, type ResolvedOptions, requireConfiguration } from '../options.ts'
import type { RenewalRequest } from '../renewal/renewer.ts'
import type { TokenIntake } from '../renewal/token-intake.ts'
import type { Session } from '../session/session.ts'
import type { Exclusive } from '../storage/exclusive.ts'
import type { Identity } from '../storage/identity-store.ts'
import type { StoredTokens, TokenStore } from '../storage/token-store.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
  TokenSet,
  TokenSlot,
} from '../types/tokens.ts'
import { modernTokenOptions } from '../v1-options.ts'
import { callParameters } from './call-parameters.ts'
import { createSharedCalls, type SharedCalls } from './shared-calls.ts'

/** A token that lives no longer than this is not worth handing out. */
const MARGIN_SECONDS = 60

interface GetTokenParts {
  options: ResolvedOptions
  session: Session
  tokenStore: TokenStore
  exclusive: Exclusive
  loadIntake: () => Promise<Pick<TokenIntake, 'renew' | 'evict'>>
}

type Answer = GetTokenSilentlyVerboseResponse

const fromCache = ({ body }: StoredTokens, { id_token }: Identity): Answer => ({
  id_token,
  access_token: body.access_token ?? '',
  token_type: body.token_type ?? 'Bearer',
  expires_in: body.expires_in ?? 0,
  ...(body.oauthTokenScope !== undefined && { scope: body.oauthTokenScope }),
})

const fromNetwork = ({ refresh_token: _, id_token = '', ...tokens }: TokenSet): Answer => ({
  ...tokens,
  id_token,
})

/** The whole answer, but for the refresh token. */
export type GetToken = (call?: GetTokenSilentlyOptions) => Promise<Answer | undefined>

/** `getTokenSilently` of one client: the cache, then one renewal shared by all who wait for it. */
export const createGetTokenSilently = (parts: GetTokenParts): GetToken => {
  const { options, session, tokenStore, exclusive, loadIntake } = parts
  /** Calls of one session never share a renewal of another. */
  const renewalsOf = new WeakMap<AbortSignal, SharedCalls<Answer>>()
  const renewalsFor = (signal: AbortSignal): SharedCalls<Answer> => {
    const renewals = renewalsOf.get(signal) ?? createSharedCalls()
    renewalsOf.set(signal, renewals)
    return renewals
  }

  const look = async (slot: TokenSlot): Promise<Answer | undefined> => {
    const entry = await tokenStore.find(slot)
    if (!entry?.body.access_token || !(await tokenStore.isFresh(entry, MARGIN_SECONDS))) return
    const identity = await session.identity()
    return identity && fromCache(entry, identity)
  }

  /** Another tab, or another client of this page, may have renewed while this one waited. */
  const inTurn = (request: RenewalRequest, lookAgain: boolean): Promise<Answer> =>
    exclusive.run(request.slot.audience, async change => {
      const found = lookAgain ? await look(request.slot) : undefined
      if (found) return found
      const { renew: renewNow } = await loadIntake()
      return change(async () => fromNetwork(await renewNow(request)))
    })

  /** The turn may last longer than the caller waits: what comes late is stored all the same. */
  const renew = (request: Omit<RenewalRequest, 'onSlow'>, lookAgain: boolean): Promise<Answer> =>
    new Promise((resolve, onSlow) => {
      inTurn({ ...request, onSlow }, lookAgain).then(resolve, onSlow)
    })

  return async (call = {}) => {
    requireConfiguration(options)
    const signal = session.signal()
    const { cacheMode, timeoutInSeconds, authorizationParams } = modernTokenOptions(
      call,
      options.isLegacyStyle,
    )
    const { slot, params } = callParameters(options, authorizationParams)
    if (await session.isOver()) return undefined
    if (cacheMode !== 'off') {
      const found = await look(slot)
      if (found) return found
    }
    if (cacheMode === 'cache-only') {
      await exclusive.changeIfFree(slot.audience, async () =>
        (await loadIntake()).evict(slot, MARGIN_SECONDS),
      )
      return undefined
    }
    const timeoutMs = timeoutInSeconds ? millisecondsOf(timeoutInSeconds) : undefined
    const key = `${slot.audience}|${slot.scope}`
    const request = { slot, params, timeoutMs, signal, marginSeconds: MARGIN_SECONDS }
    const renewals = renewalsFor(signal)
    return cacheMode === 'off'
      ? renewals.next(key, () => renew(request, false))
      : renewals.join(key, () => renew(request, true))
  }
}
