import type { IdToken, User } from './identity.ts'

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** The parsed ID token as it is stored: its claims, and the claims that describe the person. */
export interface DecodedToken {
  /** All claims, and the token as `__raw`. */
  claims: IdToken
  /** The claims that `getUser` gives. */
  user: User
}

/** One stored answer of the token endpoint. */
export interface CacheEntry {
  /** The ID token, in entries of 1.x; today it has an entry of its own. */
  id_token?: string
  /** How the access token is used: `Bearer`. */
  token_type?: string
  /** The access token. */
  access_token: string
  /** Lifetime in seconds, as the server gave it. */
  expires_in: number
  /** The ID token as it was read when it was taken in. */
  decodedToken?: DecodedToken
  /** The audience, or `default` when none was asked for. */
  audience: string
  /** The scopes that were requested, separated by single spaces. */
  scope: string
  /** The client that the tokens were issued to. */
  client_id: string
  /** The refresh token that renews them. */
  refresh_token?: string
  /** The scopes that the server granted, where it said so. */
  oauthTokenScope?: string
}

/** An access-token entry as it lies in the cache. */
export interface WrappedCacheEntry {
  /** The answer, or as much of it as was stored. */
  body: Partial<CacheEntry>
  /** Seconds since the epoch. */
  expiresAt: number
}

/** The list of keys kept for caches that cannot list their own. */
export interface KeyManifestEntry {
  /** Every key the client has written. */
  keys: string[]
}

/** What the SDK puts into a cache. */
export type Cacheable = WrappedCacheEntry | KeyManifestEntry

/** What an access-token entry is stored under. */
export interface CacheKeyData {
  /** The audience, or `default`. */
  audience?: string
  /** The scopes, separated by single spaces. */
  scope?: string
  /** The client's id. */
  clientId: string
}

/**
 * A place for tokens that the application supplies. Every method may answer at once or with a
 * promise. Without `allKeys` the SDK keeps a list of its keys in the cache itself.
 *
 * @example
 * ```ts
 * const cache: ICache = {
 *   get: key => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined,
 *   set: (key, entry) => sessionStorage.setItem(key, JSON.stringify(entry)),
 *   remove: key => sessionStorage.removeItem(key),
 *   allKeys: () => Object.keys(sessionStorage),
 * }
 * const auth0 = await createAuth0Client({ domain, clientId, cache })
 * ```
 */
export interface ICache {
  /** Stores an entry in place of what the key had. */
  set<T = Cacheable>(key: string, entry: T): MaybePromise<void>
  /** The entry of a key, if there is one. */
  get<T = Cacheable>(key: string): MaybePromise<T | undefined>
  /** Removes an entry; a key without one is no error. */
  remove(key: string): MaybePromise<void>
  /** All keys of the cache; foreign ones are ignored. */
  allKeys?(): MaybePromise<string[]>
}

/**
 * Looks at what lies in a cache, without waiting; the same object as long as it is unchanged.
 * `undefined` where that cannot be known of a cache.
 */
export type Peek = <T>(key: string) => T | undefined

/** What is remembered between leaving for the login page and coming back. */
export interface LoginTransaction {
  response_type?: 'code'
  state?: string
  nonce: string
  code_verifier: string
  scope: string
  /** The audience, or `default`. */
  audience: string
  redirect_uri?: string
  appState?: unknown
  organization?: string
}

/** Where a number written by the holder of a lock is seen at once by the next holder. */
export interface GenerationPlace {
  read(name: string): Promise<number | undefined>
  write(name: string, generation: number): Promise<void>
  /** Removes every number whose name starts so. */
  clear(prefix: string): Promise<void>
}

/** The keys of one client in a cache. */
export interface KeyList {
  /** Makes sure that keys can be listed, before anything is spent that must be stored. */
  prepare(): Promise<unknown>
  /** This client's keys; another client's, or with `null` everybody's, where they can be known. */
  of(clientId: string | null): Promise<string[]>
  added(key: string): Promise<void>
  removed(key: string): Promise<void>
}

/** How tabs see each other's changes to what is stored; see `storage/coherence.ts`. */
export interface Coherence {
  /** Whether all tabs have these entries in common. */
  isShared: boolean
  /** At the beginning of a turn: waits until this tab sees what the last holder wrote. */
  catchUp(lock: string): Promise<void>
  /** Does work that may change entries. */
  around<T>(lock: string, work: () => Promise<T>): Promise<T>
  /** Forgets all numbers of this client. */
  clear(): Promise<void>
}
