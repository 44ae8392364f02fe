import { createSingleFlight, type SingleFlight } from '../../renewal/single-flight.ts'
import type { AccessToken } from './access-token.ts'

/** What all fetchers of one client share. */
export interface Shared {
  /** Renewals of rejected tokens, by the token and what the call asks for. */
  renewals: SingleFlight<AccessToken | undefined>
  /** Logins that APIs demand, by their parameters. */
  stepUps: SingleFlight<void>
  /** Ends when no login is open: a second window would take the first one over. */
  lastStepUp: Promise<unknown>
  /** The sites that the console has a warning about. */
  warned: Set<string>
}

const known = new WeakMap<object, Shared>()

/** @param options the resolved options: one object per client */
export const sharedBy = (options: object): Shared => {
  const shared = known.get(options) ?? {
    renewals: createSingleFlight(),
    stepUps: createSingleFlight(),
    lastStepUp: Promise.resolve(),
    warned: new Set(),
  }
  known.set(options, shared)
  return shared
}
