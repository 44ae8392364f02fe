import type { Clock } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import type { TokenSet, TokenSlot } from '../protocol/token-slot.ts'
import type { ICache, WrappedCacheEntry } from '../types/storage.ts'
import { CACHE_KEY_PREFIX, idTokenKey, isSlotKey, slotIn, slotKey } from './cache-key.ts'
import type { CacheKeys } from './cache-keys.ts'
import { type IssuedEntry, issuerOf } from './issuer-of.ts'
import {
  loadTokenEntries,
  type StoredBody,
  type StoredTokens,
  type TokenEntries,
} from './token-entries.ts'
import { writeEntry } from './write-entry.ts'

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
  save(slot: TokenSlot, tokens: TokenSet & Pick<StoredBody, 'login_claims'>): Promise<void>
  /** Notes in entries without an issuer whose they are, before the ID token that says so is replaced. */
  assignTo(issuer: string): Promise<void>
  /**
   * Removes what a client has stored with this issuer; `null` means all clients and issuers. Every key
   * is tried.
   *
   * @throws the first error of the cache
   */
  clear(clientId: string | null): Promise<void>
}

interface TokenStoreParts {
  options: {
    clientId: string
    issuer: string
    /** Refresh tokens of these issuers are redeemed at the present one. */
    formerIssuers: readonly string[]
    nowProvider: Clock
  }
  cache: ICache
  cacheKeys: CacheKeys
}

const TOKENS = ['access_token', 'refresh_token'] as const

/** An entry with more time left than its lifetime was written before the clock was set back. */
const CLOCK_TOLERANCE_SECONDS = 60

/**
 * If the system clock is set back, an expired token seems valid again. So each page also measures
 * from the moment when it first saw an entry, with the monotonic clock; the smaller result counts.
 */
const createMonotonicExpiry = () => {
  const ends = new Map<string, { expiresAt: number; atMs: number }>()
  return ({ key, body, expiresAt }: StoredTokens, secondsLeft: number): number => {
    const { expires_in } = body
    const lifetime = typeof expires_in === 'number' ? expires_in : Infinity
    if (secondsLeft > lifetime + CLOCK_TOLERANCE_SECONDS) return -Infinity
    const now = performance.now()
    let end = ends.get(key)
    if (end?.expiresAt !== expiresAt) {
      end = { expiresAt, atMs: now + secondsLeft * 1000 }
      ends.set(key, end)
    }
    return Math.min(secondsLeft, Math.ceil((end.atMs - now) / 1000))
  }
}

/**
 * Storage can contain anything: an entry has at least one token, its tokens are text, and it has them
 * itself: they are not those of a polluted `Object.prototype`.
 */
const isEntry = (body: Partial<StoredBody> | undefined): body is StoredBody =>
  TOKENS.some(name => body?.[name]) &&
  TOKENS.every(
    name => body?.[name] == null || (typeof body[name] === 'string' && Object.hasOwn(body, name)),
  )

export const createTokenStore = (parts: TokenStoreParts): TokenStore => {
  const { cache, cacheKeys } = parts
  const { clientId, issuer, formerIssuers, nowProvider } = parts.options
  const secondsLeft = createMonotonicExpiry()

  /**
   * The place of an entry's issuer among ours: 0 for the present one, more for a former one, -1 if the
   * entry is not this client's. auth0-spa-js stores no issuer: there the ID token says it.
   */
  const issuerRank = async (entry: StoredBody, owner: string): Promise<number> => {
    if ((entry.client_id ?? owner) !== owner) return -1
    const from = issuerOf(entry) ?? issuerOf(await cache.get<IssuedEntry>(idTokenKey(owner)))
    return [issuer, ...formerIssuers].indexOf(from ?? issuer)
  }

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
      expiresAt: typeof expiresAt === 'number' ? expiresAt : 0,
    }
  }

  const slotKeys = async (): Promise<string[]> =>
    (await cacheKeys.list(clientId)).filter(key => isSlotKey(key, clientId))

  const remove = async (key: string): Promise<void> => {
    await cache.remove(key)
    await cacheKeys.removed(key)
  }

  /**
   * Whether a sign-out of this client removes an entry. What has no body under the key of an access
   * token is from a client whose id begins like this one.
   */
  const isRemovable = async (key: string, owner: string): Promise<boolean> => {
    const isIdToken = key === idTokenKey(owner)
    if (!isIdToken && !isSlotKey(key, owner)) return true
    const entry = await cache.get<StoredBody & { body?: StoredBody }>(key)
    const body = isIdToken ? entry : entry?.body
    return body ? (await issuerRank(body, owner)) >= 0 : !entry
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
    assignTo: async from => {
      for (const key of await slotKeys()) {
        const { body, ...entry } = await readBody(key)
        if (!isEntry(body) || issuerOf(body) !== undefined) continue
        await writeEntry(parts, key, { ...entry, body: { ...body, issuer: from } })
      }
    },
    clear: async owner => {
      const keys = await cacheKeys.list(owner)
      // All are judged before the first is removed, because the ID token decides about others.
      const removable: string[] = []
      for (const key of keys) {
        const isOurs = owner === null || (await isRemovable(key, owner).catch(() => true))
        if (isOurs) removable.push(key)
      }
      const errors: unknown[] = []
      for (const key of removable) {
        const isManifest = key === `${CACHE_KEY_PREFIX}::${owner}`
        if (isManifest && removable.length < keys.length) continue
        await remove(key).catch(error => errors.push(error))
      }
      if (errors.length) throw errors[0]
    },
  }
}
