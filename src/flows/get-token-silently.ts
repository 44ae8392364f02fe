import { type ResolvedOptions, requireConfiguration } from '../options.ts'
import type { RenewalRequest, Renewer } from '../renewal/renewer.ts'
import type { Session } from '../session/session.ts'
import { evictExpired } from '../storage/evict-expired.ts'
import type { Exclusive } from '../storage/exclusive.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { StoredTokens, TokenStore } from '../storage/token-store.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
  TokenSet,
  TokenSlot,
} from '../types/tokens.ts'
import { modernTokenOptions } from '../v1-options.ts'
import { callParameters } from './call-parameters.ts'
import { createSharedCalls } from './shared-calls.ts'

/** A token that lives no longer than this is not worth handing out. */
const MARGIN_SECONDS = 60

interface GetTokenParts {
  options: ResolvedOptions
  session: Session
  tokenStore: TokenStore
  identities: IdentityStore
  exclusive: Exclusive
  renewer: Renewer
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

/** `getTokenSilently` of one client: the cache, then one renewal shared by all who wait for it. */
export const createGetTokenSilently = (parts: GetTokenParts) => {
  const { options, session, tokenStore, identities, exclusive, renewer } = parts
  const renewals = createSharedCalls<Answer>()

  const look = async (slot: TokenSlot): Promise<Answer | undefined> => {
    const entry = await tokenStore.find(slot)
    if (!entry?.body.access_token || !(await tokenStore.isFresh(entry, MARGIN_SECONDS))) return
    const identity = await session.identity()
    return identity && fromCache(entry, identity)
  }

  const evict = (slot: TokenSlot): Promise<void> =>
    evictExpired({ tokenStore, identities }, slot, MARGIN_SECONDS)

  /** Another tab, or another client of this page, may have renewed while this one waited. */
  const renew = (request: RenewalRequest, lookAgain: boolean): Promise<Answer> =>
    exclusive.run(request.slot.audience, async change => {
      const found = lookAgain ? await look(request.slot) : undefined
      return (
        found ??
        change(async () => {
          await evict(request.slot)
          return fromNetwork(await renewer(request))
        })
      )
    })

  return async (call: GetTokenSilentlyOptions = {}): Promise<Answer | undefined> => {
    requireConfiguration(options)
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
      await exclusive.changeIfFree(slot.audience, () => evict(slot))
      return undefined
    }
    const timeoutMs = timeoutInSeconds ? timeoutInSeconds * 1000 : undefined
    const key = `${slot.audience}|${slot.scope}`
    const request = { slot, params, timeoutMs }
    return cacheMode === 'off'
      ? renewals.next(key, () => renew(request, false))
      : renewals.join(key, () => renew(request, true))
  }
}
