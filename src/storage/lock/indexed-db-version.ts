import { createStore, del, get, keys, set } from 'idb-keyval'
import type { GenerationPlace } from '../../types/storage.ts'

/** Generation numbers in IndexedDB, for browsers that keep no cookies for the page. */
export const indexedDbPlace = (): GenerationPlace => {
  const store = createStore('latchkey', 'generations')
  return {
    read: name => get<number>(name, store),
    write: (name, generation) => set(name, generation, store),
    clear: async prefix => {
      for (const name of await keys<string>(store)) {
        if (name.startsWith(prefix)) await del(name, store)
      }
    },
  }
}
