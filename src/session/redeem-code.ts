import type { Events, SessionEvents } from './events.ts'
import type { Exchange } from './exchange.ts'

interface RedeemCodeParts {
  exchange: Exchange
  events: Pick<Events<SessionEvents>, 'emit'>
}

/** The exchange of an interactive sign-in. */
export const createRedeemCode =
  ({ exchange, events }: RedeemCodeParts): Exchange =>
  async (grant, expected, limits) => {
    const accepted = await exchange(grant, expected, limits)
    await events.emit('signed-in', { origin: 'here' })
    return accepted
  }
