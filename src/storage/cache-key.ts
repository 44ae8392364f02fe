import type { CacheEntry, CacheKeyData } from '../types/storage.ts'
import type { TokenSlot } from '../types/tokens.ts'

/** What every key of the SDK begins with. */
export const CACHE_KEY_PREFIX = '@@auth0spajs@@'

/** The last part of the key of a client's ID token. */
export const CACHE_KEY_ID_TOKEN_SUFFIX = '@@user@@'

const SEPARATOR = '::'

const joinKey = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(SEPARATOR)

/** The key of a client's entry for a slot. */
export const slotKey = (clientId: string, { audience, scope }: TokenSlot): string =>
  joinKey(CACHE_KEY_PREFIX, clientId, audience, scope)

/** The slot that a key is for. An audience may contain `::`: the scope is what follows the last. */
export const slotOf = (key: string): TokenSlot => {
  const [prefix, clientId] = key.split(SEPARATOR, 2)
  const rest = key.slice(`${prefix}::${clientId}::`.length)
  const end = rest.lastIndexOf(SEPARATOR)
  return end < 0
    ? { audience: rest, scope: '' }
    : { audience: rest.slice(0, end), scope: rest.slice(end + 2) }
}

/** Whether a key is for an access token; the ID token and anonymous sessions have keys like it. */
export const isSlotKey = (key: string): boolean =>
  !['anonymous', CACHE_KEY_ID_TOKEN_SUFFIX].includes(key.split(SEPARATOR)[2] ?? '')

/** The key under which the ID token of a client is kept. */
export const idTokenKey = (clientId: string): string =>
  joinKey(CACHE_KEY_PREFIX, clientId, CACHE_KEY_ID_TOKEN_SUFFIX)

/** Whether a key is one of this client's; `null` stands for every client of the SDK. */
export const belongsTo = (key: string, clientId: string | null): boolean => {
  const [prefix, owner] = key.split(SEPARATOR, 2)
  return prefix === CACHE_KEY_PREFIX && (clientId === null || owner === clientId)
}

/**
 * The key of an entry: `@@auth0spajs@@::<clientId>::<audience>::<scope>`. A part that is empty
 * is left out.
 */
export class CacheKey {
  /** The client's id. */
  declare clientId: string
  /** The scopes, separated by single spaces. */
  declare scope?: string | undefined
  /** The audience, or `default`. */
  declare audience?: string | undefined
  /** What every key begins with. */
  declare prefix: string
  /** What a key of another kind ends with. */
  declare suffix?: string | undefined

  constructor(data: CacheKeyData, prefix: string = CACHE_KEY_PREFIX, suffix?: string) {
    this.clientId = data.clientId
    this.scope = data.scope
    this.audience = data.audience
    this.prefix = prefix
    this.suffix = suffix
  }

  /** The key as text. */
  toKey(): string {
    return joinKey(this.prefix, this.clientId, this.audience, this.scope, this.suffix)
  }

  /** Reads a key. */
  static fromKey(key: string): CacheKey {
    const [prefix, clientId = ''] = key.split(SEPARATOR)
    const { audience, scope } = slotOf(key)
    return new CacheKey(
      { clientId, ...(audience && { audience }), ...(scope && { scope }) },
      prefix,
    )
  }

  /** The key under which an entry belongs. */
  static fromCacheEntry(entry: Pick<CacheEntry, 'scope' | 'audience' | 'client_id'>): CacheKey {
    const { scope, audience, client_id: clientId } = entry
    return new CacheKey({ scope, audience, clientId })
  }
}
