import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import type { Cacheable, ICache, MaybePromise } from '../types/storage.ts'
import { CACHE_KEY_PREFIX } from './cache-key.ts'

/**
 * Tokens in `window.localStorage`, one item per key. An entry that cannot be written there, because
 * storage is full or denied, is kept in memory: a refresh token that was just rotated must not be
 * lost, and its predecessor must not be found again. `get` returns the same object until the entry
 * changes.
 */
export class LocalStorageCache implements ICache {
  readonly #unwritten = new Map<string, string>()
  /** Called when an entry could not be written. */
  declare onUnwritten?: (() => void) | undefined
  /** Entries that were parsed before, so that an unchanged text is not parsed again. */
  readonly #parsed = new Map<string, { text: string; entry: unknown }>()

  set<T = Cacheable>(key: string, entry: T): void {
    const text = JSON.stringify(entry)
    if (writeItem('localStorage', key, text)) {
      this.#unwritten.delete(key)
      return
    }
    // Removing the old entry works even if storage is full, and makes room.
    this.remove(key)
    if (writeItem('localStorage', key, text)) return
    this.#unwritten.set(key, text)
    this.onUnwritten?.()
  }

  get<T = Cacheable>(key: string): MaybePromise<T | undefined> {
    const text = this.#unwritten.get(key) ?? webStorage('localStorage')?.getItem(key)
    let known = text ? this.#parsed.get(key) : undefined
    if (text && known?.text !== text) {
      known = { text, entry: parseJson(text) }
      this.#parsed.set(key, known)
    }
    if (!known) this.#parsed.delete(key)
    return known?.entry as T | undefined
  }

  remove(key: string): void {
    this.#unwritten.delete(key)
    this.#parsed.delete(key)
    webStorage('localStorage')?.removeItem(key)
  }

  /** Forgets the entries that could not be written, which only this page has. */
  forgetUnwritten(): void {
    this.#unwritten.clear()
  }

  allKeys(): string[] {
    const stored = Object.keys(webStorage('localStorage') ?? {})
    return [...new Set([...stored, ...this.#unwritten.keys()])].filter(key =>
      key.startsWith(CACHE_KEY_PREFIX),
    )
  }
}
