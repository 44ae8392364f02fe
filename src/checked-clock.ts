import { InvalidConfigurationError } from './errors/core.ts'
import type { MaybePromise } from './types/storage.ts'

/** Milliseconds since the epoch. */
export type Clock = () => MaybePromise<number>

/**
 * The clock of the application. With a time that is no finite number every comparison would be false,
 * and no token would ever expire.
 *
 * @throws InvalidConfigurationError if it gives no time, when it is read
 */
export const checkedClock =
  (nowProvider: Clock): Clock =>
  async () => {
    let cause: unknown
    try {
      const nowMs = await nowProvider()
      if (Number.isFinite(nowMs)) return nowMs
    } catch (error) {
      cause = error
    }
    throw new InvalidConfigurationError(
      'The option "nowProvider" gave no time.',
      'Return milliseconds as a number.',
      { cause },
    )
  }
