/**
 * Milliseconds of a clock that does not change when the time is set, or those of the system where
 * the page has none.
 */
export const monotonicMs = (): number => {
  try {
    return performance.now()
  } catch {
    return Date.now()
  }
}

/**
 * Settles as the promise does, or with what `late` returns or throws if that takes longer. The work
 * itself goes on.
 */
export const within = async <T, Late>(
  timeoutMs: number,
  promise: Promise<T>,
  late: () => Late,
): Promise<T | Late> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const isLate = Symbol()
  const timeout = new Promise<typeof isLate>(resolve => {
    timer = setTimeout(() => resolve(isLate), timeoutMs)
  })
  try {
    const result = await Promise.race([promise, timeout])
    return result === isLate ? late() : result
  } finally {
    clearTimeout(timer)
  }
}
