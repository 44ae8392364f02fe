type StorageName = 'localStorage' | 'sessionStorage'

/**
 * The page's storage of that name, or `undefined` where there is none: on a server, or where
 * the browser refuses access (reading the property itself throws then).
 */
export const webStorage = (name: StorageName): Storage | undefined => {
  try {
    return globalThis[name] ?? undefined
  } catch {
    return undefined
  }
}

/** @returns whether the browser took it: storage may be full, denied or missing */
export const writeItem = (name: StorageName, key: string, text: string): boolean => {
  try {
    const storage = webStorage(name)
    storage?.setItem(key, text)
    return storage !== undefined
  } catch {
    return false
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
