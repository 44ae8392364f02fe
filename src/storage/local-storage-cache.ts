import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import type { Cacheable, ICache, MaybePromise } from '../types/storage.ts'
import { CACHE_KEY_PREFIX } from './cache-key.ts'

/**
 * Tokens in `window.localStorage`, one item per key. What cannot be written there, because
 * storage is full or denied, is kept in memory instead: a refresh token that has just been
 * rotated must not be lost, and its predecessor must not be found again. An entry that has not
 * changed is the same object each time it is asked for.
 */
export class LocalStorageCache implements ICache {
  readonly #unwritten = new Map<string, string>()
  /** What was read before, so that a text that is still the same need not be read again. */
  readonly #parsed = new Map<string, { text: string; entry: unknown }>()

  set<T = Cacheable>(key: string, entry: T): void {
    const text = JSON.stringify(entry)
    if (writeItem('localStorage', key, text)) {
      this.#unwritten.delete(key)
      return
    }
    // Removing what is out of date works even when storage is full, and makes room.
    this.remove(key)
    if (!writeItem('localStorage', key, text)) this.#unwritten.set(key, text)
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

  allKeys(): string[] {
    const stored = Object.keys(webStorage('localStorage') ?? {})
    return [...new Set([...stored, ...this.#unwritten.keys()])].filter(key =>
      key.startsWith(CACHE_KEY_PREFIX),
    )
  }
}
