/** Creates a function that logs a warning the first time that it is called. */
export const warnOnce = (text: string): ((...details: unknown[]) => void) => {
  let isSaid = false
  return (...details) => {
    if (!isSaid) console.warn(`[latchkey] ${text}`, ...details)
    isSaid = true
  }
}
