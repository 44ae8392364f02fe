import type { Look } from '../session/cached-token.ts'
import type { TokenIntake } from '../token-runtime.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
  TokenSet,
} from '../types/tokens.ts'
import type { RenewalRequest } from './renewer.ts'
import { createSharedCalls, type SharedCalls } from './single-flight.ts'

type Answer = GetTokenSilentlyVerboseResponse

interface RenewInTurnParts {
  look: Look
  exclusive: TokenIntake['exclusive']
  loadIntake: () => Promise<Pick<TokenIntake, 'renew' | 'evict'>>
}

const fromNetwork = ({ refresh_token: _, id_token = '', ...tokens }: TokenSet): Answer => ({
  ...tokens,
  id_token,
})

/** Gets what the cache did not have, unless the call wants nothing else. */
export type RenewInTurn = (
  request: Omit<RenewalRequest, 'onSlow'>,
  cacheMode: NonNullable<GetTokenSilentlyOptions['cacheMode']>,
) => Promise<Answer | undefined>

/** One renewal at a time, shared by all who wait for it, in this page and in others. */
export const createRenewInTurn = ({
  look,
  exclusive,
  loadIntake,
}: RenewInTurnParts): RenewInTurn => {
  /** Calls of one session never share a renewal of another. */
  const renewalsOf = new WeakMap<AbortSignal, SharedCalls<Answer>>()
  const renewalsFor = (signal: AbortSignal): SharedCalls<Answer> => {
    const renewals = renewalsOf.get(signal) ?? createSharedCalls()
    renewalsOf.set(signal, renewals)
    return renewals
  }

  /** Another tab, or another client of this page, may have renewed while this one waited. */
  const inTurn = (request: RenewalRequest, lookAgain: boolean): Promise<Answer> =>
    exclusive.run(request.slot.audience, async change => {
      request.signal.throwIfAborted()
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

  return async (request, cacheMode) => {
    const { slot, marginSeconds, signal } = request
    if (cacheMode === 'cache-only') {
      await exclusive.changeIfFree(slot.audience, async () =>
        (await loadIntake()).evict(slot, marginSeconds),
      )
      return undefined
    }
    const key = `${slot.audience}|${slot.scope}`
    const renewals = renewalsFor(signal)
    return cacheMode === 'off'
      ? renewals.next(key, () => renew(request, false))
      : renewals.join(key, () => renew(request, true))
  }
}
