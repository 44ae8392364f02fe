import type { TabLock } from '../../browser/mutex.ts'
import type { WriteFence } from './write-fence.ts'

/** Wraps writes inside the lock. */
export type Write = <T>(work: () => Promise<T>) => Promise<T>

/** A mutex over all tabs, one per audience. */
export interface RenewalLock {
  /** Runs the task when the lock is free. The task sees everything that earlier holders wrote. */
  run<T>(audience: string, task: (write: Write) => Promise<T>): Promise<T>
  /** Runs work that writes only if the lock is free now. */
  tryRun(audience: string, work: () => Promise<void>): Promise<void>
}

interface RenewalLockParts {
  options: {
    clientId: string
    /** One refresh token is used for all audiences, so their renewals exclude each other. */
    useMrrt: boolean
  }
  tabLock: TabLock
  loadFence: () => Promise<Pick<WriteFence, 'waitForLastWrite' | 'write'>>
}

/** The names of the locks are those of auth0-spa-js, so that tabs with old and new code take turns. */
export const createRenewalLock = (parts: RenewalLockParts): RenewalLock => {
  const { options, tabLock, loadFence } = parts
  const lockOf = (audience: string): string =>
    `auth0.lock.getTokenSilently.${options.clientId}.${audience}`
  const sharedLock = options.useMrrt && `auth0.lock.refreshToken.${options.clientId}`

  const runFenced = async <T>(lock: string, task: (write: Write) => Promise<T>): Promise<T> => {
    const fence = await loadFence()
    await fence.waitForLastWrite(lock)
    return task(work => fence.write(lock, work))
  }

  return {
    run: (audience, task) =>
      tabLock.run(lockOf(audience), () =>
        sharedLock
          ? tabLock.run(sharedLock, () => runFenced(sharedLock, task))
          : runFenced(lockOf(audience), task),
      ),
    tryRun: (audience, work) => {
      const lock = sharedLock || lockOf(audience)
      return tabLock.tryRun(lock, () => runFenced(lock, write => write(work)))
    },
  }
}
