/** Where a page can be looked for secrets, and what was found there as text. */
export type Places = Record<string, string>

declare global {
  interface Window {
    spy: {
      /** Notes something for one place. */
      note(place: string, value: unknown): void
      /** All that was noted, and all that can be looked up now. */
      look(): Promise<Places>
    }
  }
}

/**
 * Runs in the page before everything else, and notes what leaves the SDK: on the console, in
 * events, messages to other windows, tabs and workers, in the history. Refers to nothing outside of itself.
 */
export const installSpy = (): void => {
  const noted: Record<string, string[]> = {}

  /** Every string that can be reached from a value, not only what JSON would show. */
  const stringsOf = (start: unknown): string => {
    const seen = new Set<unknown>()
    const strings: string[] = []
    const visit = (value: unknown): void => {
      if (typeof value === 'string') strings.push(value)
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
      if (seen.has(value) || value instanceof Node || Object(value).window === value) return
      seen.add(value)
      if (value instanceof Map || value instanceof Set) [...value].flat().forEach(visit)
      // Getters sit on prototypes, and answer for the object itself only.
      for (let owner: object | null = value; owner; owner = Object.getPrototypeOf(owner)) {
        for (const key of Reflect.ownKeys(owner)) {
          strings.push(String(key))
          try {
            visit((value as Record<PropertyKey, unknown>)[key])
          } catch {
            // A getter that does not answer, or not here.
          }
        }
      }
    }
    visit(start)
    return strings.join('\n')
  }

  const note = (place: string, value: unknown): void => {
    noted[place] ??= []
    noted[place].push(stringsOf(value))
  }

  /** Notes the arguments of every call of a method. */
  const wrap = (place: string, owner: object, name: string): void => {
    const methods = owner as Record<string, (...call: unknown[]) => unknown>
    const original = methods[name]
    if (!original) return
    methods[name] = function (...call) {
      note(place, call)
      return original.apply(this, call)
    }
  }

  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir']) {
    wrap('console', console, name)
  }
  wrap('history', History.prototype, 'pushState')
  wrap('history', History.prototype, 'replaceState')
  wrap('other tabs', BroadcastChannel.prototype, 'postMessage')
  wrap('other windows', window, 'postMessage')
  wrap('worker', Worker.prototype, 'postMessage')
  wrap('events', EventTarget.prototype, 'dispatchEvent')
  wrap('performance', performance, 'mark')
  wrap('performance', performance, 'measure')
  wrap('clipboard and beacons', navigator, 'sendBeacon')
  addEventListener('error', event => note('errors', [event.message, event.error]))
  addEventListener('unhandledrejection', event => note('errors', event.reason))
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver(mutations => {
      for (const { addedNodes, target } of mutations) {
        for (const node of [...addedNodes, target]) {
          if (node instanceof Element) note('document', node.outerHTML)
        }
      }
    }).observe(document, { subtree: true, childList: true, attributes: true })
  })

  const before = new Set(Reflect.ownKeys(window))

  const databases = async (): Promise<string> => {
    const found: string[] = []
    for (const { name } of await indexedDB.databases()) {
      const wait = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      const database = await wait(indexedDB.open(name ?? ''))
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store)
        found.push(stringsOf([await wait(reading.getAllKeys()), await wait(reading.getAll())]))
      }
      database.close()
    }
    return found.join('\n')
  }

  const cached = async (): Promise<string> => {
    const found: string[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        found.push(request.url, (await (await cache.match(request))?.text()) ?? '')
      }
    }
    return found.join('\n')
  }

  window.spy = {
    note,
    look: async () => ({
      ...Object.fromEntries(Object.entries(noted).map(([place, texts]) => [place, texts.join()])),
      localStorage: stringsOf({ ...localStorage }),
      sessionStorage: stringsOf({ ...sessionStorage }),
      IndexedDB: await databases(),
      'Cache Storage': await cached(),
      cookies: document.cookie,
      'document now': document.documentElement.outerHTML + document.title,
      'history now': stringsOf([history.state, location.href, window.name]),
      'performance now': JSON.stringify(
        performance.getEntries().filter(({ entryType }) => entryType !== 'navigation'),
      ),
      'client object': stringsOf(window.auth0),
      globals: stringsOf(
        Reflect.ownKeys(window)
          .filter(key => !before.has(key) && key !== 'spy')
          .map(key => (window as unknown as Record<PropertyKey, unknown>)[key]),
      ),
    }),
  }
}
