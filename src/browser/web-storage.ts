/**
 * The page's storage of that name, or `undefined` where there is none: on a server, or where
 * the browser refuses access (reading the property itself throws then).
 */
export const webStorage = (name: 'localStorage' | 'sessionStorage'): Storage | undefined => {
  try {
    return globalThis[name] ?? undefined
  } catch {
    return undefined
  }
}

/** Resolves when another tab has changed localStorage, or after the time given. */
export const storageChange = (timeoutMs: number): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener('storage', done)
      resolve()
    }
    const timer = setTimeout(done, timeoutMs)
    addEventListener('storage', done)
  })
