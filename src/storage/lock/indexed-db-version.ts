import { createStore, del, get, keys, set } from 'idb-keyval'
import { namesToClear, type VersionStore } from './version-store.ts'

/** Versions in IndexedDB, for browsers that store no cookies for the page. */
export const indexedDbVersionStore = (): VersionStore => {
  const store = createStore('latchkey', 'generations')
  return {
    read: name => get<number>(name, store),
    write: (name, version) => set(name, version, store),
    clear: async prefix => {
      for (const name of namesToClear(await keys<string>(store), prefix)) await del(name, store)
    },
  }
}
