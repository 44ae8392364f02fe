import { ownMembers } from '../own-members.ts'
import type { TokenSlot } from '../protocol/token-slot.ts'
import type { IdToken, User } from '../types/identity.ts'
import type { DecodedToken, ICache } from '../types/storage.ts'
import { idTokenKey } from './cache-key.ts'
import type { CacheKeys } from './cache-keys.ts'
import { type IssuedEntry, issuerOf } from './issuer-of.ts'
import type { StoredBody, TokenEntries } from './token-entries.ts'
import type { TokenStore } from './token-store.ts'
import { writeEntry } from './write-entry.ts'

/** The user who is signed in. The object stays the same while the ID token stays the same. */
export interface Identity {
  id_token: string
  claims: IdToken
  user: User
}

/** The ID token of one client and its claims. */
export interface IdentityStore {
  /** @param entries the token entries, if they have been read: entries of 1.x contain ID tokens */
  current(entries?: TokenEntries): Promise<Identity | undefined>
  /** Synchronous variant; `undefined` for asynchronous caches and entries of 1.x. */
  peek(): Identity | undefined
  /** The last identity that this page has seen. */
  lastSeen(): Identity | undefined
  /** Clears `lastSeen`; the stored identity stays. */
  forget(): void
  /** When this page last saved an identity, in milliseconds since the epoch, or 0. */
  savedAtMs(): number
  save(id_token: string, decodedToken: DecodedToken): Promise<void>
  /** Keeps the ID token of a 1.x entry that is about to be reduced or removed. */
  keepV1IdToken(body: StoredBody): Promise<void>
}

interface IdTokenEntry extends IssuedEntry {
  id_token?: string
  decodedToken?: Partial<DecodedToken>
}

/**
 * Reads a cache synchronously; the object stays the same while the entry is unchanged. `undefined`
 * for caches that may be asynchronous.
 */
export type Peek = <T>(key: string) => T | undefined

interface IdentityStoreParts {
  clientId: string
  issuer: string
  cache: ICache
  peek: Peek
  cacheKeys: CacheKeys
  tokenStore: Pick<TokenStore, 'load'>
  /** The slot whose entry is read first in storage of 1.x. */
  v1Slot: TokenSlot
}

export const createIdentityStore = (parts: IdentityStoreParts): IdentityStore => {
  const { clientId, issuer, cache, peek, tokenStore, v1Slot } = parts
  const key = idTokenKey(clientId)
  let last: Identity | undefined
  /** What tells the last identity from others: its ID token, or its user without one. */
  let lastText = ''
  let savedAtMs = 0

  /**
   * Storage can contain anything, so every member is checked. Users of other issuers do not count. As in
   * auth0-spa-js a user is enough: end-to-end tests store sessions without claims or ID token.
   */
  const identityOf = (entry: IdTokenEntry | undefined): Identity | undefined => {
    // Nothing is read from a polluted `Object.prototype`.
    const { id_token, decodedToken } = ownMembers(entry)
    const { user, claims = user } = ownMembers(decodedToken)
    const text = id_token || JSON.stringify(user)
    if (typeof text !== 'string' || Object(user) !== user || Object(claims) !== claims) return
    if ((issuerOf(entry) ?? issuer) !== issuer) return
    if (!last || lastText !== text) last = { id_token: id_token || '', claims, user } as Identity
    lastText = text
    return last
  }

  const save = async (id_token: string, decodedToken: DecodedToken): Promise<void> => {
    await writeEntry(parts, key, { id_token, decodedToken, issuer })
    last = { id_token, ...decodedToken }
    lastText = id_token
    savedAtMs = Date.now()
  }

  return {
    current: async entries => {
      const identity = identityOf(await cache.get<IdTokenEntry>(key))
      if (identity) return identity
      const tokens = entries ?? (await tokenStore.load())
      for (const entry of [tokens.find(v1Slot), ...tokens.all()]) {
        const fromV1 = identityOf(entry?.body)
        if (fromV1) return fromV1
      }
      return undefined
    },
    peek: () => identityOf(peek(key)),
    lastSeen: () => last,
    forget: () => {
      last = undefined
    },
    savedAtMs: () => savedAtMs,
    save,
    keepV1IdToken: async body => {
      const identity = identityOf(body)
      if (!identity || (await cache.get(key))) return
      const { id_token, claims } = identity
      await save(id_token, { ...(body.decodedToken as DecodedToken), claims })
    },
  }
}
