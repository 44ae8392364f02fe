import type { ICache } from '../types/storage.ts'
import { CACHE_KEY_PREFIX, idTokenKey, isSlotKey } from './cache-key.ts'
import type { CacheKeys } from './cache-keys.ts'
import { createIssuerRank, type IssuedEntry, issuerOf, type OwnerOptions } from './issuer-of.ts'
import { isEntry, type StoredBody } from './token-entries.ts'
import { writeEntry } from './write-entry.ts'

/** Tells entries apart that several tenants or clients have stored under keys that look alike. */
export interface EntryOwners {
  /**
   * Notes in entries without an issuer which tenant they are from, before the ID token of another
   * tenant, which says so, is replaced.
   */
  assign(): Promise<void>
  /**
   * Removes what a client has stored with this issuer; `null` means all clients and issuers. Every key
   * is tried.
   *
   * @throws the first error of the cache
   */
  clear(clientId: string | null): Promise<void>
}

interface EntryOwnersParts {
  options: OwnerOptions
  cache: ICache
  cacheKeys: CacheKeys
}

export const createEntryOwners = (parts: EntryOwnersParts): EntryOwners => {
  const { options, cache, cacheKeys } = parts
  const { clientId, issuer } = options
  const issuerRank = createIssuerRank(options, cache)

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

  return {
    assign: async () => {
      const from = issuerOf(await cache.get<IssuedEntry>(idTokenKey(clientId)))
      if (from === undefined || from === issuer) return
      for (const key of await cacheKeys.list(clientId)) {
        if (!isSlotKey(key, clientId)) continue
        const entry = await cache.get<{ body?: StoredBody }>(key)
        const body = entry?.body
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
        try {
          await cache.remove(key)
          await cacheKeys.removed(key)
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length) throw errors[0]
    },
  }
}
