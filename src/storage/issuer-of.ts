import type { ICache } from '../types/storage.ts'
import { idTokenKey } from './cache-key.ts'

/** Where an entry can say which issuer it comes from. */
export interface IssuedEntry {
  /** Missing in entries of auth0-spa-js. */
  issuer?: string
  decodedToken?: { claims?: { iss?: unknown } }
}

/** The issuer that an entry names, by itself or in its ID token. */
export const issuerOf = (entry: IssuedEntry | undefined): string | undefined => {
  const issuer = entry?.issuer ?? entry?.decodedToken?.claims?.iss
  return typeof issuer === 'string' ? issuer : undefined
}

/** The options that tell which entries are those of a client. */
export interface OwnerOptions {
  clientId: string
  issuer: string
  /** Refresh tokens of these issuers are redeemed at the present one. */
  formerIssuers: readonly string[]
}

/**
 * The place of an entry's issuer among ours: 0 for the present one, more for a former one, -1 if the
 * entry is not this client's. auth0-spa-js stores no issuer: there the ID token says it.
 */
export const createIssuerRank =
  ({ issuer, formerIssuers }: OwnerOptions, cache: ICache) =>
  async (entry: IssuedEntry & { client_id?: string }, owner: string): Promise<number> => {
    if ((entry.client_id ?? owner) !== owner) return -1
    const from = issuerOf(entry) ?? issuerOf(await cache.get<IssuedEntry>(idTokenKey(owner)))
    return [issuer, ...formerIssuers].indexOf(from ?? issuer)
  }
