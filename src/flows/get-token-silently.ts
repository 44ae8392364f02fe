import { millisecondsOf, type ResolvedOptions, requireConfiguration } from '../options.ts'
import { modernTokenOptions } from '../options-v1.ts'
import type { RenewInTurn } from '../renewal/renew-in-lock.ts'
import type { Look } from '../session/cached-token.ts'
import { type EarlierFinds, MARGIN_SECONDS } from '../session/recent-tokens.ts'
import type { Session } from '../session/session.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import { callParameters } from './call-parameters.ts'

interface GetTokenParts {
  options: ResolvedOptions
  session: Pick<Session, 'signal' | 'isOver'>
  look: Look
  tokenStore: Pick<TokenStore, 'find'>
  earlierFinds: Pick<EarlierFinds, 'prepare'>
  loadRenewal: () => Promise<RenewInTurn>
}

/** The whole answer, but for the refresh token. */
export type GetToken = (
  call?: GetTokenSilentlyOptions,
) => Promise<GetTokenSilentlyVerboseResponse | undefined>

/** `getTokenSilently` of one client: the cache, then whatever it takes to renew. */
export const createGetTokenSilently =
  ({ options, session, look, tokenStore, earlierFinds, loadRenewal }: GetTokenParts): GetToken =>
  async (call = {}) => {
    requireConfiguration(options)
    const signal = session.signal()
    const {
      cacheMode = 'on',
      timeoutInSeconds,
      authorizationParams,
    } = modernTokenOptions(call, options.isLegacyStyle)
    const { slot, params } = callParameters(options, authorizationParams)
    const onFind = earlierFinds.prepare(call, slot)
    if (await session.isOver()) return undefined
    if (cacheMode !== 'off') {
      const found = await look(slot, onFind)
      if (found) return found
    }
    // Nothing is loaded where there is nothing to clear up.
    if (cacheMode === 'cache-only' && !(await tokenStore.find(slot))) return undefined
    const timeoutMs = timeoutInSeconds ? millisecondsOf(timeoutInSeconds) : undefined
    const request = { slot, params, timeoutMs, signal, marginSeconds: MARGIN_SECONDS }
    return (await loadRenewal())(request, cacheMode)
  }
