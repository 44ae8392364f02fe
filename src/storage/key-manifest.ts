import type { ICache, KeyList, KeyManifestEntry } from '../types/storage.ts'
import { CACHE_KEY_PREFIX } from './cache-key.ts'

const manifestKey = (clientId: string): string => `${CACHE_KEY_PREFIX}::${clientId}`

/** A cache that cannot list its keys gets an entry that does: the manifest. */
export const createManifest = (cache: ICache, clientId: string): Omit<KeyList, 'prepare'> => {
  let last: Promise<unknown> = Promise.resolve()
  const read = async (id: string): Promise<string[]> => {
    const keys: unknown = (await cache.get<KeyManifestEntry>(manifestKey(id)))?.keys
    return Array.isArray(keys) ? keys.filter(key => typeof key === 'string') : []
  }

  /** One change at a time, or a key added meanwhile would be overwritten. */
  const change = (edit: (keys: Set<string>) => void): Promise<void> => {
    const mine = last.then(async () => {
      const keys = new Set(await read(clientId))
      const before = keys.size
      edit(keys)
      if (keys.size === before) return
      if (keys.size === 0) await cache.remove(manifestKey(clientId))
      else await cache.set<KeyManifestEntry>(manifestKey(clientId), { keys: [...keys] })
    })
    last = mine.catch(() => {})
    return mine
  }

  return {
    of: async id => [...(await read(id ?? clientId)), manifestKey(id ?? clientId)],
    added: key => change(keys => keys.add(key)),
    removed: key => change(keys => keys.delete(key)),
  }
}
