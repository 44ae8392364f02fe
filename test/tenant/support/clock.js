import { vi } from 'vitest'

/** From now on only the test moves the clock; timers and sockets go on as usual. */
export const stopClock = () => vi.useFakeTimers({ toFake: ['Date'] })

/** @param {number} ms */
export const passTime = ms => vi.setSystemTime(Date.now() + ms)

export const DAY_MS = 86_400_000
