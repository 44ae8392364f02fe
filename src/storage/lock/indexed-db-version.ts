import { createStore, del, get, keys, set } from 'idb-keyval'
import type { VersionStore } from './version-store.ts'

/** Versions in IndexedDB, for browsers that store no cookies for the page. */
export const indexedDbVersionStore = (): VersionStore => {
  const store = createStore('latchkey', 'generations')
  return {
    read: name => get<number>(name, store),
    write: (name, version) => set(name, version, store),
    clear: async matches => {
      for (const name of (await keys<string>(store)).filter(matches)) await del(name, store)
    },
  }
}
