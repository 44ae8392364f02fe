import type { TokenSlot } from '../protocol/token-slot.ts'
import type { CacheEntry, CacheKeyData } from '../types/storage.ts'

/** The prefix of every key of the SDK. */
export const CACHE_KEY_PREFIX = '@@auth0spajs@@'

/** The last part of the key of an ID token. */
export const CACHE_KEY_ID_TOKEN_SUFFIX = '@@user@@'

const SEPARATOR = '::'

const joinKey = (...members: (string | undefined)[]): string =>
  members.filter(Boolean).join(SEPARATOR)

/** The key of a client's entry for a slot. */
export const slotKey = (clientId: string, { audience, scope }: TokenSlot): string =>
  joinKey(CACHE_KEY_PREFIX, clientId, audience, scope)

/**
 * The slot of a key, for entries that do not contain it. Audiences and scopes may contain `::`: the
 * scopes start with `openid`, and otherwise after the last `::`.
 */
export const slotOf = (key: string, clientId = key.split(SEPARATOR)[1] ?? ''): TokenSlot => {
  const [prefix = ''] = key.split(SEPARATOR, 1)
  const rest = key.slice(`${prefix}::${clientId}::`.length)
  const start = rest.search(/::openid( |$)/)
  const end = start < 0 ? rest.lastIndexOf(SEPARATOR) : start
  return end < 0
    ? { audience: rest, scope: '' }
    : { audience: rest.slice(0, end), scope: rest.slice(end + 2) }
}

/** The slot that an entry contains, if its key agrees; otherwise that of the key. */
export const slotIn = (
  key: string,
  clientId: string,
  { audience, scope }: Partial<TokenSlot>,
): TokenSlot => {
  const isWhole = typeof audience === 'string' && typeof scope === 'string'
  return isWhole && slotKey(clientId, { audience, scope }) === key
    ? { audience, scope }
    : slotOf(key, clientId)
}

/** The third part of the key of a version number of the write fence. */
export const VERSION_PART = '@@generation@@'

/** The third parts of keys that are not those of access tokens. */
const OTHER_PARTS = ['anonymous', CACHE_KEY_ID_TOKEN_SUFFIX, VERSION_PART]

/** Whether a key of a client is that of an access token. */
export const isSlotKey = (key: string, clientId: string): boolean => {
  const [part = ''] = key.slice(`${CACHE_KEY_PREFIX}::${clientId}::`.length).split(SEPARATOR, 1)
  return part !== '' && !OTHER_PARTS.includes(part)
}

/** The key of the ID token of a client. */
export const idTokenKey = (clientId: string): string =>
  joinKey(CACHE_KEY_PREFIX, clientId, CACHE_KEY_ID_TOKEN_SUFFIX)

/**
 * Whether a key can belong to this client; `null` means any client of the SDK. Client ids may contain
 * `::`, so the keys of the client `a::b` are among those of `a`: only the entry tells.
 */
export const belongsTo = (key: string, clientId: string | null): boolean => {
  const start = CACHE_KEY_PREFIX + (clientId === null ? '' : SEPARATOR + clientId)
  return key === start || key.startsWith(start + SEPARATOR)
}

/**
 * The key of an entry: `@@auth0spajs@@::<clientId>::<audience>::<scope>`. Empty parts
 * are left out.
 */
export class CacheKey {
  /** The client id. */
  declare clientId: string
  /** The scopes, separated by single spaces. */
  declare scope?: string | undefined
  /** The audience, or `default`. */
  declare audience?: string | undefined
  /** The prefix of every key. */
  declare prefix: string
  /** The suffix of keys that are not for access tokens. */
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

  /** Parses a key. */
  static fromKey(key: string): CacheKey {
    const [prefix, clientId = ''] = key.split(SEPARATOR)
    const { audience, scope } = slotOf(key)
    return new CacheKey(
      { clientId, ...(audience && { audience }), ...(scope && { scope }) },
      prefix,
    )
  }

  /** The key of an entry. */
  static fromCacheEntry(entry: Pick<CacheEntry, 'scope' | 'audience' | 'client_id'>): CacheKey {
    const { scope, audience, client_id: clientId } = entry
    return new CacheKey({ scope, audience, clientId })
  }
}
