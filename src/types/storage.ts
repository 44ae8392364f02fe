import type { IdToken, User } from './identity.ts'

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** The decoded ID token as it is stored: all claims, and the claims that describe the user. */
export interface DecodedToken {
  /** All claims, and the token as `__raw`. */
  claims: IdToken
  /** The claims that `getUser` returns. */
  user: User
}

/** A stored response of the token endpoint. */
export interface CacheEntry {
  /** The ID token, in entries of 1.x; since 2.0 it has a separate entry. */
  id_token?: string
  /** How the access token is used: `Bearer`. */
  token_type?: string
  /** The access token. */
  access_token: string
  /** Lifetime in seconds, as the server sent it. */
  expires_in: number
  /** The decoded ID token. */
  decodedToken?: DecodedToken
  /** The audience, or `default` if none was asked for. */
  audience: string
  /** The scopes that were requested, separated by single spaces. */
  scope: string
  /** The client that the tokens were issued to. */
  client_id: string
  /** The refresh token that renews the access token. */
  refresh_token?: string
  /** The scopes that the server granted, if it sent them. */
  oauthTokenScope?: string
}

/** An access-token entry of the cache. */
export interface WrappedCacheEntry {
  /** The stored part of the response. */
  body: Partial<CacheEntry>
  /** Seconds since the epoch. */
  expiresAt: number
}

/** The list of keys for caches without `allKeys`. */
export interface KeyManifestEntry {
  /** Every key the client has written. */
  keys: string[]
}

/** What the SDK stores in a cache. */
export type Cacheable = WrappedCacheEntry | KeyManifestEntry

/** The parts of the key of an access-token entry. */
export interface CacheKeyData {
  /** The audience, or `default`. */
  audience?: string | undefined
  /** The scopes, separated by single spaces. */
  scope?: string | undefined
  /** The client's id. */
  clientId: string
}

/**
 * A token cache that the application supplies. Every method may return a value or a promise.
 * Without `allKeys` the SDK stores a list of its keys in the cache itself.
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
  /** Stores an entry, replacing the previous one of the key. */
  set<T = Cacheable>(key: string, entry: T): MaybePromise<void>
  /** The entry of a key, or `undefined`. */
  get<T = Cacheable>(key: string): MaybePromise<T | undefined>
  /** Removes an entry; a missing key is not an error. */
  remove(key: string): MaybePromise<void>
  /** All keys of the cache; keys of others are ignored. */
  allKeys?(): MaybePromise<string[]>
}
