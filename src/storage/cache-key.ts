import type { CacheEntry, CacheKeyData } from '../types/storage.ts'

/** What every key of the SDK begins with. */
export const CACHE_KEY_PREFIX = '@@auth0spajs@@'

/** The last part of the key of a client's ID token. */
export const CACHE_KEY_ID_TOKEN_SUFFIX = '@@user@@'

const SEPARATOR = '::'

/**
 * The key of an entry: `@@auth0spajs@@::<clientId>::<audience>::<scope>`. A part that is empty
 * is left out. An audience may itself contain `::`, so the scope is what follows the last one.
 */
export class CacheKey {
  clientId: string
  scope: string | undefined
  audience: string | undefined
  prefix: string
  suffix: string | undefined

  constructor(data: CacheKeyData, prefix: string = CACHE_KEY_PREFIX, suffix?: string) {
    this.clientId = data.clientId
    this.scope = data.scope
    this.audience = data.audience
    this.prefix = prefix
    this.suffix = suffix
  }

  /** The key as text. */
  toKey(): string {
    return [this.prefix, this.clientId, this.audience, this.scope, this.suffix]
      .filter(Boolean)
      .join(SEPARATOR)
  }

  /** Reads a key. */
  static fromKey(key: string): CacheKey {
    const [prefix, clientId = '', ...rest] = key.split(SEPARATOR)
    const scope = rest.length > 1 ? rest.pop() : undefined
    const audience = rest.length > 0 ? rest.join(SEPARATOR) : undefined
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

/** The key under which the ID token of a client is kept. */
export const idTokenKey = (clientId: string): string =>
  new CacheKey({ clientId }, CACHE_KEY_PREFIX, CACHE_KEY_ID_TOKEN_SUFFIX).toKey()

/** Whether a key is one of this client's; `null` stands for every client of the SDK. */
export const belongsTo = (key: string, clientId: string | null): boolean => {
  const [prefix, owner] = key.split(SEPARATOR, 2)
  return prefix === CACHE_KEY_PREFIX && (clientId === null || owner === clientId)
}
