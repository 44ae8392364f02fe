type StorageName = 'localStorage' | 'sessionStorage'

/** Does nothing without a storage: a server has none, and a browser may deny it when it is named or used. */
const use = <T>(name: StorageName, work: (storage: Storage) => T): T | undefined => {
  try {
    return work(globalThis[name])
  } catch {
    return undefined
  }
}

/** @returns `undefined` if the item or the storage is missing */
export const readItem = (name: StorageName, key: string): string | undefined =>
  use(name, storage => storage.getItem(key)) ?? undefined

/** @returns whether the item is there: the storage may be full, denied, missing, or ignore writes */
export const writeItem = (name: StorageName, key: string, text: string): boolean =>
  use(name, storage => {
    storage.setItem(key, text)
    return storage.getItem(key) === text
  }) ?? false

export const removeItem = (name: StorageName, key: string): void =>
  use(name, storage => storage.removeItem(key))

/** The keys of all items. */
export const itemKeys = (name: StorageName): string[] =>
  use(name, storage => Object.keys(storage)) ?? []
