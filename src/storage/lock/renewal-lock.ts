import type { TabLock } from '../../types/platform.ts'
import type { Coherence } from '../../types/storage.ts'

/** Runs what may change entries; the rest of a turn only reads. */
export type Change = <T>(work: () => Promise<T>) => Promise<T>

/** Turns of renewing one audience: one at a time over all tabs. */
export interface Exclusive {
  /** Waits for its turn and sees all that earlier turns have written. */
  run<T>(audience: string, turn: (change: Change) => Promise<T>): Promise<T>
  /** Does work only when nobody else has the turn. */
  changeIfFree(audience: string, work: () => Promise<void>): Promise<void>
}

interface ExclusiveParts {
  options: {
    clientId: string
    /** One refresh token serves all audiences, so they take turns with each other as well. */
    useMrrt: boolean
  }
  tabLock: TabLock
  loadCoherence: () => Promise<Pick<Coherence, 'catchUp' | 'around'>>
}

/** The name of the lock is that of auth0-spa-js: tabs with old and new code take turns. */
export const createExclusive = ({ options, tabLock, loadCoherence }: ExclusiveParts): Exclusive => {
  const lockOf = (audience: string): string =>
    `auth0.lock.getTokenSilently.${options.clientId}.${audience}`
  const shared = options.useMrrt && `auth0.lock.refreshToken.${options.clientId}`

  const turnUnder = async <T>(lock: string, turn: (change: Change) => Promise<T>): Promise<T> => {
    const coherence = await loadCoherence()
    await coherence.catchUp(lock)
    return turn(work => coherence.around(lock, work))
  }

  return {
    run: (audience, turn) =>
      tabLock.run(lockOf(audience), () =>
        shared
          ? tabLock.run(shared, () => turnUnder(shared, turn))
          : turnUnder(lockOf(audience), turn),
      ),
    changeIfFree: (audience, work) => {
      const lock = shared || lockOf(audience)
      return tabLock.runIfFree(lock, () => turnUnder(lock, change => change(work)))
    },
  }
}
