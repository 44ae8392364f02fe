import type { LoginClaims } from '../protocol/id-token-refresh.ts'
import { includesScopes } from '../protocol/scopes.ts'
import type { TokenSlot } from '../protocol/token-slot.ts'
import type { CacheEntry } from '../types/storage.ts'
import { slotKey } from './cache-key.ts'

/** The body of a stored entry, with members of ours beside those of auth0-spa-js. */
export interface StoredBody extends Partial<CacheEntry> {
  /** The authorization server that the tokens come from. */
  issuer?: string
  /** The refresh token was sent and no response arrived: the server may have replaced it. */
  refresh_token_unanswered?: boolean
  /** The thumbprint of the key that the refresh token is bound to (RFC 9449 section 5). */
  dpop_jkt?: string
  /** Claims of the login that the refresh token comes from. */
  login_claims?: LoginClaims
}

const TOKENS = ['access_token', 'refresh_token'] as const

/**
 * Storage can contain anything: an entry has at least one token, its tokens are text, and it has them
 * itself: they are not those of a polluted `Object.prototype`.
 */
export const isEntry = (body: Partial<StoredBody> | undefined): body is StoredBody =>
  TOKENS.some(name => body?.[name]) &&
  TOKENS.every(
    name => body?.[name] == null || (typeof body[name] === 'string' && Object.hasOwn(body, name)),
  )

/** A stored entry with its key. It is never changed in place. */
export interface StoredTokens {
  readonly key: string
  readonly slot: TokenSlot
  readonly body: Readonly<StoredBody>
  readonly expiresAt: number
}

/** The token entries of a client as they were read at one moment, updated by each write. */
export interface TokenEntries {
  /** Reads the entries again. */
  reload(): Promise<void>
  all(): StoredTokens[]
  /** The entry with exactly this slot, else one of the same audience with all its scopes. */
  find(slot: TokenSlot): StoredTokens | undefined
  /** Replaces the body of an entry; its expiry stays. */
  rewrite(entry: StoredTokens, body: StoredBody): Promise<void>
  remove(entry: StoredTokens): Promise<void>
}

interface TokenEntriesParts {
  clientId: string
  read: () => Promise<readonly StoredTokens[]>
  write: (entry: StoredTokens) => Promise<void>
  remove: (key: string) => Promise<void>
}

/** Reads the entries. */
export const loadTokenEntries = async (parts: TokenEntriesParts): Promise<TokenEntries> => {
  const { clientId, read, write, remove } = parts
  let byKey: Map<string, StoredTokens>
  const reload = async (): Promise<void> => {
    byKey = new Map((await read()).map(entry => [entry.key, entry]))
  }
  await reload()

  return {
    reload,
    all: () => [...byKey.values()],
    find: slot => {
      const exact = byKey.get(slotKey(clientId, slot))
      if (exact) return exact
      for (const entry of byKey.values()) {
        const { audience, scope } = entry.slot
        if (audience === slot.audience && includesScopes(scope, slot.scope)) return entry
      }
      return undefined
    },
    rewrite: async (entry, body) => {
      const next = { ...entry, body }
      byKey.set(entry.key, next)
      await write(next)
    },
    remove: async ({ key }) => {
      byKey.delete(key)
      await remove(key)
    },
  }
}
