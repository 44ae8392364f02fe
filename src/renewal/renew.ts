import { GenericError } from '../errors/core.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'
import type { Pacing } from './backoff.ts'
import type { RenewalRequest, Renewer } from './renewer.ts'

interface RenewParts {
  pacing: Pacing
  renewer: Renewer
  /** Takes an expired access token out of the cache. */
  evict: (slot: TokenSlot, marginSeconds: number) => Promise<void>
  /** Does work for a session, and clears up when the session has ended meanwhile. */
  within: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>
}

/** One renewal, from the look at what has expired to the new tokens. Nobody else renews meanwhile. */
export const createRenew = ({ pacing, renewer, evict, within }: RenewParts): Renewer => {
  const once = async (request: RenewalRequest): Promise<TokenSet> => {
    await evict(request.slot, request.marginSeconds)
    const tokens = await renewer(request)
    if (tokens.expires_in > 0) return tokens
    throw new GenericError(
      'invalid_token',
      'The tenant gave an access token that has expired already.',
    )
  }
  return request => pacing.attempt(request, () => within(request.signal, () => once(request)))
}
