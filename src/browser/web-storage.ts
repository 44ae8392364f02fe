type StorageName = 'localStorage' | 'sessionStorage'

/**
 * The storage of that name, or `undefined` on a server and if the browser denies access (reading
 * the property throws then).
 */
export const webStorage = (name: StorageName): Storage | undefined => {
  try {
    return globalThis[name] ?? undefined
  } catch {
    return undefined
  }
}

/** @returns whether the item is there: the storage may be full, denied, missing, or ignore writes */
export const writeItem = (name: StorageName, key: string, text: string): boolean => {
  try {
    const storage = webStorage(name)
    storage?.setItem(key, text)
    return storage?.getItem(key) === text
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
