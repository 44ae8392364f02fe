import type { ICache, KeyManifestEntry } from '../types/storage.ts'
import { CACHE_KEY_PREFIX } from './cache-key.ts'

const manifestKey = (clientId: string): string => `${CACHE_KEY_PREFIX}::${clientId}`

/** The keys of one client. */
export interface KeyManifest {
  /** The keys of a client; with `null`, of all clients, as far as they can be listed. */
  list(clientId: string | null): Promise<string[]>
  added(key: string): Promise<void>
  removed(key: string): Promise<void>
}

/** The manifest: an entry that lists the keys of a client, for caches that cannot list them. */
export const createManifest = (cache: ICache, clientId: string): KeyManifest => {
  let last: Promise<unknown> = Promise.resolve()
  const read = async (id: string): Promise<string[]> => {
    const keys: unknown = (await cache.get<KeyManifestEntry>(manifestKey(id)))?.keys
    return Array.isArray(keys) ? keys.filter(key => typeof key === 'string') : []
  }

  /** Changes are made one at a time, so that none overwrites another. */
  const change = (edit: (keys: Set<string>) => void): Promise<void> => {
    const result = last.then(async () => {
      const keys = new Set(await read(clientId))
      const before = keys.size
      edit(keys)
      if (keys.size === before) return
      if (keys.size === 0) await cache.remove(manifestKey(clientId))
      else await cache.set<KeyManifestEntry>(manifestKey(clientId), { keys: [...keys] })
    })
    last = result.catch(() => {})
    return result
  }

  return {
    list: async id => [...(await read(id ?? clientId)), manifestKey(id ?? clientId)],
    added: key => change(keys => keys.add(key)),
    removed: key => change(keys => keys.delete(key)),
  }
}
