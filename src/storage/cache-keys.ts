import { lazy, loadModule } from '../lazy.ts'
import type { ICache } from '../types/storage.ts'
import { belongsTo } from './cache-key.ts'
import type { KeyManifest } from './key-manifest.ts'

/** The keys of one client in a cache. */
export interface CacheKeys extends KeyManifest {
  /** Loads what is needed to list keys. Call it before a refresh token is sent. */
  load(): Promise<unknown>
}

/** Lists keys with `allKeys` of the cache, or with a manifest for a cache without it. */
export const createCacheKeys = (cache: ICache, clientId: string): CacheKeys => {
  if (!cache.allKeys) {
    const load = lazy(async () => {
      const { createManifest } = await loadModule('key-manifest', import('./key-manifest.ts'))
      return createManifest(cache, clientId)
    })
    return {
      load,
      list: async id => (await load()).list(id),
      added: async key => (await load()).added(key),
      removed: async key => (await load()).removed(key),
    }
  }
  return {
    load: async () => {},
    list: async id => ((await cache.allKeys?.()) ?? []).filter(key => belongsTo(key, id)),
    added: async () => {},
    removed: async () => {},
  }
}
