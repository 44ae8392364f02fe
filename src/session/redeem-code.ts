import type { Change, Exclusive } from '../storage/lock/renewal-lock.ts'
import type { TokenSet } from '../types/tokens.ts'
import type { Exchange } from './exchange.ts'
import type { Session } from './session.ts'

/** A code is good for a minute or less, so the turn is not waited for at any price. */
const LONGEST_WAIT_MS = 3_000

export interface SignInParts {
  options: { cache?: unknown; cacheLocation: string }
  exchange: Exchange
  exclusive: Pick<Exclusive, 'run'>
  session: Pick<Session, 'signal'>
  /** Does work for a session, and clears up when the session has ended meanwhile. */
  within: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>
  onSignedIn: () => void
}

/**
 * Redeems the code of a login. Where other tabs may write to the same cache it takes a turn for
 * it: a tab that is renewing what the login replaces must not write back what it read before.
 */
export const createSignIn = (parts: SignInParts): Exchange => {
  const { options, exchange, exclusive, session, within, onSignedIn } = parts
  const isPrivate = !options.cache && options.cacheLocation === 'memory'

  const inTurn = async (
    audience: string,
    redeem: (change?: Change) => Promise<TokenSet>,
  ): Promise<TokenSet> => {
    let redeemed: Promise<TokenSet> | undefined
    const once = (change?: Change): Promise<TokenSet> => {
      redeemed ??= redeem(change)
      return redeemed
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const waitedEnough = new Promise<void>(resolve => {
      timer = setTimeout(resolve, LONGEST_WAIT_MS)
    })
    try {
      const turn = exclusive.run(audience, once)
      return await Promise.race([turn, waitedEnough.then(() => once())])
    } finally {
      clearTimeout(timer)
    }
  }

  return async (grant, expected) => {
    const signal = session.signal()
    const redeem = (change?: Change): Promise<TokenSet> =>
      within(signal, () => exchange(grant, expected, { signal, change }))
    const tokens = await (isPrivate ? redeem() : inTurn(expected.slot.audience, redeem))
    onSignedIn()
    return tokens
  }
}
