import type { IdToken, User } from '../types/identity.ts'
import type { DecodedToken, ICache, KeyList, Peek } from '../types/storage.ts'
import type { TokenSlot } from '../types/tokens.ts'
import { idTokenKey } from './cache-key.ts'
import type { StoredBody, TokenStore } from './token-store.ts'
import { put } from './write-entry.ts'

/** Who is signed in. The same object is handed out while the ID token stays the same. */
export interface Identity {
  id_token: string
  claims: IdToken
  user: User
}

/** The ID token of one client and what it says. */
export interface IdentityStore {
  current(): Promise<Identity | undefined>
  /** The same where the cache answers at once; nobody where it does not, or where 1.x left them. */
  peek(): Identity | undefined
  /** Whom this page knew last, wherever that was. */
  known(): Identity | undefined
  /** Forgets whom this page knew; what is stored stays. */
  forget(): void
  /** When this page last saved somebody, in milliseconds since the epoch; 0 if it never did. */
  savedAtMs(): number
  save(id_token: string, decodedToken: DecodedToken): Promise<void>
  /** Keeps the ID token of a 1.x entry whose body is about to be reduced or removed. */
  adopt(body: StoredBody): Promise<void>
}

interface IdTokenEntry {
  id_token?: string
  decodedToken?: DecodedToken
}

interface IdentityStoreParts {
  cache: ICache
  peek: Peek
  keys: KeyList
  clientId: string
  tokenStore: Pick<TokenStore, 'find' | 'all'>
  /** Where 1.x left the ID token: inside an access-token entry, first of all that of this slot. */
  legacySlot: TokenSlot
}

export const createIdentityStore = (parts: IdentityStoreParts): IdentityStore => {
  const { cache, peek, clientId, tokenStore, legacySlot } = parts
  const key = idTokenKey(clientId)
  let last: Identity | undefined
  let savedAtMs = 0

  const identityOf = (entry: IdTokenEntry | undefined): Identity | undefined => {
    const { id_token, decodedToken } = entry ?? {}
    const { claims, user } = decodedToken ?? {}
    // Storage may hold anything.
    if (!id_token || typeof id_token !== 'string') return
    if (!claims || !user || typeof claims !== 'object' || typeof user !== 'object') return
    if (last?.id_token !== id_token) last = { id_token, claims, user }
    return last
  }

  const save = async (id_token: string, decodedToken: DecodedToken): Promise<void> => {
    await put(parts, key, { id_token, decodedToken })
    last = { id_token, ...decodedToken }
    savedAtMs = Date.now()
  }

  return {
    current: async () => {
      const known = identityOf(await cache.get<IdTokenEntry>(key))
      if (known) return known
      const first = await tokenStore.find(legacySlot)
      for (const entry of [first, ...(await tokenStore.all())]) {
        const identity = identityOf(entry?.body)
        if (identity) return identity
      }
      return undefined
    },
    peek: () => identityOf(peek(key)),
    known: () => last,
    forget: () => {
      last = undefined
    },
    savedAtMs: () => savedAtMs,
    save,
    adopt: async ({ id_token, decodedToken }) => {
      if (!id_token || !decodedToken || (await cache.get(key))) return
      await save(id_token, decodedToken)
    },
  }
}
