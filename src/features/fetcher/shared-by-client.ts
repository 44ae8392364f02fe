import type { AccessToken } from './access-token.ts'

/** What all fetchers of one client share. */
export interface Shared {
  /** Renewals under way of rejected tokens, by the token and what the call asks for. */
  renewals: Map<string, Promise<AccessToken | undefined>>
  /** Logins under way that APIs demand, by their parameters. */
  stepUps: Map<string, Promise<void>>
  /** Ends when no login is open: a second window would take the first one over. */
  lastStepUp: Promise<unknown>
  /** The sites that the console has a warning about. */
  warned: Set<string>
}

const known = new WeakMap<object, Shared>()

/** @param options the resolved options: one object per client */
export const sharedBy = (options: object): Shared => {
  const shared = known.get(options) ?? {
    renewals: new Map(),
    stepUps: new Map(),
    lastStepUp: Promise.resolve(),
    warned: new Set(),
  }
  known.set(options, shared)
  return shared
}

/** Joins the work that is under way for the key, or starts it. */
export const join = <T>(
  running: Map<string, Promise<T>>,
  key: string,
  start: () => Promise<T>,
): Promise<T> => {
  const first = running.get(key)
  if (first) return first
  const work = start().finally(() => running.delete(key))
  running.set(key, work)
  return work
}
