import { monotonicMs } from '../deadline.ts'
import type { Clock } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { ICache, WrappedCacheEntry } from '../types/storage.ts'
import { isSlotKey, slotIn, slotKey } from './cache-key.ts'
import type { CacheKeys } from './cache-keys.ts'
import { createIssuerRank, type OwnerOptions } from './issuer-of.ts'
import {
  isEntry,
  loadTokenEntries,
  type StoredBody,
  type StoredTokens,
  type TokenEntries,
} from './token-entries.ts'
import { writeEntry } from './write-entry.ts'

/** What an entry says about its refresh token. */
export type RenewalState = Pick<
  StoredBody,
  'refresh_token' | 'refresh_token_unanswered' | 'dpop_jkt' | 'login_claims'
>

/** The access-token entries of one client in any cache. */
export interface TokenStore {
  /**
   * Reads one entry, of any age: with exactly this slot, else of the same audience with all its
   * scopes.
   */
  find(slot: TokenSlot): Promise<StoredTokens | undefined>
  /** Reads all entries of this client once. */
  load(): Promise<TokenEntries>
  /** Whether an access token is valid for at least so many more seconds. */
  isFresh(entry: StoredTokens, marginSeconds: number): Promise<boolean>
  /** The synchronous variant, with the current time. */
  isFreshAt(nowMs: number, entry: StoredTokens, marginSeconds: number): boolean
  save(slot: TokenSlot, tokens: TokenSet & RenewalState): Promise<void>
  /** Removes every key of a client without looking at what it contains; see `EntryOwners.clear`. */
  removeAll(clientId: string | null): Promise<void>
}

interface TokenStoreParts {
  options: OwnerOptions & { nowProvider: Clock }
  cache: ICache
  cacheKeys: CacheKeys
}

/**
 * An entry with more time left than its lifetime was written before the clock was set back, or by a
 * test: it does not count as fresh, and is returned only if it cannot be renewed.
 */
const CLOCK_TOLERANCE_SECONDS = 60

/**
 * If the system clock is set back, an expired token seems valid again. So each page also measures
 * from the moment when it first saw a token, with the monotonic clock; the smaller result counts.
 */
const createMonotonicExpiry = () => {
  const ends = new Map<string, { token: unknown; expiresAt: number; atMs: number }>()
  return ({ key, body, expiresAt }: StoredTokens, secondsLeft: number): number => {
    const { access_token: token, expires_in } = body
    const lifetime = typeof expires_in === 'number' ? expires_in : Infinity
    const now = monotonicMs()
    let end = ends.get(key)
    // A mocked tenant renews a token with the same text.
    if (!end || end.token !== token || end.expiresAt < expiresAt) {
      end = { token, expiresAt, atMs: now + Math.min(secondsLeft, lifetime) * 1000 }
      ends.set(key, end)
    }
    // Its end may have been corrected, which makes it no longer.
    end.expiresAt = expiresAt
    if (secondsLeft > lifetime + CLOCK_TOLERANCE_SECONDS) return -Infinity
    return Math.min(secondsLeft, Math.ceil((end.atMs - now) / 1000))
  }
}

export const createTokenStore = (parts: TokenStoreParts): TokenStore => {
  const { cache, cacheKeys } = parts
  const { clientId, issuer, nowProvider } = parts.options
  const secondsLeft = createMonotonicExpiry()

  const issuerRank = createIssuerRank(parts.options, cache)

  const readBody = async (key: string): Promise<Partial<WrappedCacheEntry>> =>
    ownMembers(await cache.get<Partial<WrappedCacheEntry>>(key))

  const read = async (key: string): Promise<StoredTokens | undefined> => {
    const { body, expiresAt } = await readBody(key)
    if (!isEntry(body)) return
    const rank = await issuerRank(body, clientId)
    const { access_token: _, ...rest } = body
    if (rank < 0) return
    return {
      key,
      slot: slotIn(key, clientId, body),
      body: rank > 0 ? rest : body,
      // In auth0-spa-js an entry without an end has none.
      expiresAt: typeof expiresAt === 'number' ? expiresAt : Number.MAX_SAFE_INTEGER,
    }
  }

  const slotKeys = async (): Promise<string[]> =>
    (await cacheKeys.list(clientId)).filter(key => isSlotKey(key, clientId))

  const remove = async (key: string): Promise<void> => {
    await cache.remove(key)
    await cacheKeys.removed(key)
  }

  const load = (): Promise<TokenEntries> =>
    loadTokenEntries({
      clientId,
      read: async () => {
        const entries: StoredTokens[] = []
        for (const key of await slotKeys()) {
          const entry = await read(key)
          if (entry) entries.push(entry)
        }
        return entries
      },
      write: ({ key, body, expiresAt }) => writeEntry(parts, key, { body, expiresAt }),
      remove,
    })

  const isFreshAt: TokenStore['isFreshAt'] = (nowMs, entry, marginSeconds) =>
    secondsLeft(entry, entry.expiresAt - Math.floor(nowMs / 1000)) >= marginSeconds

  return {
    find: async slot => (await read(slotKey(clientId, slot))) ?? (await load()).find(slot),
    load,
    isFresh: async (entry, marginSeconds) => isFreshAt(await nowProvider(), entry, marginSeconds),
    isFreshAt,
    save: async (slot, { id_token: _, scope: granted, ...tokens }) =>
      writeEntry(parts, slotKey(clientId, slot), {
        body: {
          ...tokens,
          ...slot,
          client_id: clientId,
          issuer,
          ...(granted !== undefined && { oauthTokenScope: granted }),
        },
        expiresAt: Math.floor((await nowProvider()) / 1000) + tokens.expires_in,
      }),
    removeAll: async owner => {
      for (const key of await cacheKeys.list(owner)) await remove(key).catch(() => {})
    },
  }
}
