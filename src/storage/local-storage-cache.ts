import { parseJson } from '../browser/parse-json.ts'
import { itemKeys, readItem, removeItem, writeItem } from '../browser/web-storage.ts'
import type { Cacheable, ICache, MaybePromise } from '../types/storage.ts'
import { CACHE_KEY_PREFIX } from './cache-key.ts'

interface State {
  /** Entries that could not be written, which only this page has. */
  unwritten: Map<string, string>
  /** Entries that were parsed before, so that an unchanged text is not parsed again. */
  parsed: Map<string, { text: string; entry: unknown }>
}

/** A function: state libraries put proxies around objects, which reach no private field and no `Map`. */
const createState = (): (() => State) => {
  const state: State = { unwritten: new Map(), parsed: new Map() }
  return () => state
}

/**
 * Tokens in `window.localStorage`, one item per key. An entry that cannot be written there, because
 * storage is full or denied, is kept in memory: a refresh token that was just rotated must not be
 * lost, and its predecessor must not be found again. `get` returns the same object until the entry
 * changes.
 */
export class LocalStorageCache implements ICache {
  /** Called when an entry could not be written. */
  declare onUnwritten?: (() => void) | undefined
  private readonly state = createState()

  set<T = Cacheable>(key: string, entry: T): void {
    const text = JSON.stringify(entry)
    const { unwritten } = this.state()
    if (writeItem('localStorage', key, text)) {
      unwritten.delete(key)
      return
    }
    // Removing the old entry works even if storage is full, and makes room.
    this.remove(key)
    if (writeItem('localStorage', key, text)) return
    unwritten.set(key, text)
    this.onUnwritten?.()
  }

  get<T = Cacheable>(key: string): MaybePromise<T | undefined> {
    const { unwritten, parsed } = this.state()
    const text = unwritten.get(key) ?? readItem('localStorage', key)
    let known = text ? parsed.get(key) : undefined
    if (text && known?.text !== text) {
      known = { text, entry: parseJson(text) }
      parsed.set(key, known)
    }
    if (!known) parsed.delete(key)
    return known?.entry as T | undefined
  }

  remove(key: string): void {
    const { unwritten, parsed } = this.state()
    unwritten.delete(key)
    parsed.delete(key)
    removeItem('localStorage', key)
  }

  /** Forgets the entries that could not be written, which only this page has. */
  forgetUnwritten(): void {
    this.state().unwritten.clear()
  }

  allKeys(): string[] {
    const keys = new Set([...itemKeys('localStorage'), ...this.state().unwritten.keys()])
    return [...keys].filter(key => key.startsWith(CACHE_KEY_PREFIX))
  }
}
