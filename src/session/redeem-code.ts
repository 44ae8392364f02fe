import type { TokenSet } from '../protocol/token-slot.ts'
import type { RenewalLock, Write } from '../storage/lock/renewal-lock.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Exchange } from './exchange.ts'
import type { Session } from './session.ts'

/** Authorization codes expire within a minute, so waiting for the lock is bounded. */
const MAX_WAIT_MS = 3_000

interface RedeemCodeParts {
  options: { cache?: unknown; cacheLocation: string }
  exchange: Exchange
  lock: Pick<RenewalLock, 'run'>
  session: Pick<Session, 'signal' | 'rollBackIfEnded'>
  events: Pick<Events<SessionEvents>, 'emit'>
}

/**
 * The exchange of an interactive sign-in. If other tabs can write to the same cache it takes the
 * lock: a tab whose renewal is replaced by the sign-in must not write back what it read before.
 */
export const createRedeemCode = (parts: RedeemCodeParts): Exchange => {
  const { options, exchange, lock, session, events } = parts
  const isPrivate = !options.cache && options.cacheLocation === 'memory'

  const withLock = async (
    audience: string,
    redeem: (write?: Write) => Promise<TokenSet>,
  ): Promise<TokenSet> => {
    let redeemed: Promise<TokenSet> | undefined
    const redeemOnce = (write?: Write): Promise<TokenSet> => {
      redeemed ??= redeem(write)
      return redeemed
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<void>(resolve => {
      timer = setTimeout(resolve, MAX_WAIT_MS)
    })
    try {
      const locked = lock.run(audience, redeemOnce)
      return await Promise.race([locked, timeout.then(() => redeemOnce())])
    } finally {
      clearTimeout(timer)
    }
  }

  return async (grant, expected) => {
    const signal = session.signal()
    const redeem = async (write?: Write): Promise<TokenSet> => {
      try {
        return await exchange(grant, expected, { signal, write })
      } catch (error) {
        await session.rollBackIfEnded(signal)
        throw error
      }
    }
    const tokens = await (isPrivate ? redeem() : withLock(expected.slot.audience, redeem))
    await events.emit('signed-in', { origin: 'here' })
    return tokens
  }
}
