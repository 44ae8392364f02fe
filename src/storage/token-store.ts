import type { LoginClaims } from '../protocol/id-token-refresh.ts'
import { includesScopes } from '../protocol/scopes.ts'
import type { Clock } from '../types/platform.ts'
import type { CacheEntry, ICache, KeyList, WrappedCacheEntry } from '../types/storage.ts'
import type { TokenSet, TokenSlot } from '../types/tokens.ts'
import { isSlotKey, slotKey, slotOf } from './cache-key.ts'
import { put } from './write-entry.ts'

/** What a stored entry holds, with a mark of ours beside the refresh token. */
export interface StoredBody extends Partial<CacheEntry> {
  /** The refresh token was sent and no answer came: it may have been spent. */
  refresh_token_unanswered?: boolean
  /** The login that the refresh token comes from. */
  login_claims?: LoginClaims
}

/** An entry as it lies in the cache, with the key it was found under. Never changed in place. */
export interface StoredTokens {
  readonly key: string
  readonly slot: TokenSlot
  readonly body: Readonly<StoredBody>
  readonly expiresAt: number
}

/** Access-token entries of one client, over any cache. */
export interface TokenStore {
  /** The entry of exactly this slot, else one of the same audience that has all its scopes. Of any age. */
  find(slot: TokenSlot): Promise<StoredTokens | undefined>
  /** Whether an entry will be good for so many more seconds. */
  isFresh(entry: StoredTokens, marginSeconds: number): Promise<boolean>
  /** The same for one who has looked at the clock already. */
  isFreshAt(nowMs: number, entry: StoredTokens, marginSeconds: number): boolean
  /** Every entry of this client. */
  all(): Promise<StoredTokens[]>
  save(slot: TokenSlot, tokens: TokenSet & Pick<StoredBody, 'login_claims'>): Promise<void>
  /** Puts another body under the key of an entry; its expiry stays. */
  rewrite(entry: StoredTokens, body: StoredBody): Promise<void>
  remove(entry: Pick<StoredTokens, 'key'>): Promise<void>
  /** Removes all that a client has stored; `null` means every client. */
  clear(clientId: string | null): Promise<void>
}

interface TokenStoreParts {
  cache: ICache
  keys: KeyList
  clientId: string
  clock: Clock
}

/** An entry that seems to be so much younger than new was written before the clock was set back. */
const CLOCK_TOLERANCE_SECONDS = 60

/**
 * The system's clock may be set back, and an expired token would look good again. So each page
 * also counts from the moment it first saw an entry, by a clock that nobody can set; of the two
 * the one that leaves less counts. An entry from the future was written by another clock.
 */
const createSteadyCount = () => {
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

/** Storage may hold anything: an entry has a token at least, and its tokens are text. */
const isEntry = (body: Partial<StoredBody> | undefined): body is StoredBody => {
  const tokens: unknown[] = [body?.access_token ?? '', body?.refresh_token ?? '']
  return tokens.every(token => typeof token === 'string') && tokens.some(Boolean)
}

export const createTokenStore = (parts: TokenStoreParts): TokenStore => {
  const { cache, keys, clientId, clock } = parts
  const steadySecondsLeft = createSteadyCount()

  const read = async (key: string): Promise<StoredTokens | undefined> => {
    const { body, expiresAt } = (await cache.get<Partial<WrappedCacheEntry>>(key)) ?? {}
    if (!isEntry(body)) return
    return {
      key,
      slot: slotOf(key),
      body,
      expiresAt: typeof expiresAt === 'number' ? expiresAt : 0,
    }
  }

  /** Keys of other scopes of the same audience. */
  const wider = async ({ audience, scope }: TokenSlot): Promise<string[]> =>
    (await keys.of(clientId)).filter(key => {
      const held = slotOf(key)
      return held.audience === audience && includesScopes(held.scope, scope)
    })

  const isFreshAt: TokenStore['isFreshAt'] = (nowMs, entry, marginSeconds) =>
    steadySecondsLeft(entry, entry.expiresAt - Math.floor(nowMs / 1000)) >= marginSeconds

  const remove = async ({ key }: { key: string }): Promise<void> => {
    await cache.remove(key)
    await keys.removed(key)
  }

  return {
    find: async slot => {
      const exact = await read(slotKey(clientId, slot))
      if (exact) return exact
      for (const key of await wider(slot)) {
        const entry = await read(key)
        if (entry) return entry
      }
      return undefined
    },
    isFresh: async (entry, marginSeconds) => isFreshAt(await clock(), entry, marginSeconds),
    isFreshAt,
    all: async () => {
      const entries: StoredTokens[] = []
      for (const key of await keys.of(clientId)) {
        const entry = isSlotKey(key) ? await read(key) : undefined
        if (entry) entries.push(entry)
      }
      return entries
    },
    save: async (slot, { id_token: _, scope: granted, ...tokens }) =>
      put(parts, slotKey(clientId, slot), {
        body: {
          ...tokens,
          ...slot,
          client_id: clientId,
          ...(granted !== undefined && { oauthTokenScope: granted }),
        },
        expiresAt: Math.floor((await clock()) / 1000) + tokens.expires_in,
      }),
    rewrite: ({ key, expiresAt }, body) => put(parts, key, { body, expiresAt }),
    remove,
    clear: async owner => {
      for (const key of await keys.of(owner)) await remove({ key })
    },
  }
}
