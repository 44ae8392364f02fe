import { lazy } from '../lazy.ts'
import type { ICache, KeyList } from '../types/storage.ts'
import { belongsTo } from './cache-key.ts'

/** Lists keys with the cache's own `allKeys`, or with a manifest where it has none. */
export const createKeyList = (cache: ICache, clientId: string): KeyList => {
  if (!cache.allKeys) {
    const load = lazy(async () =>
      (await import('./key-manifest.ts')).createManifest(cache, clientId),
    )
    return {
      prepare: load,
      of: async id => (await load()).of(id),
      added: async key => (await load()).added(key),
      removed: async key => (await load()).removed(key),
    }
  }
  return {
    prepare: async () => {},
    of: async id => ((await cache.allKeys?.()) ?? []).filter(key => belongsTo(key, id)),
    added: async () => {},
    removed: async () => {},
  }
}
