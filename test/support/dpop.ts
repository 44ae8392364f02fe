import { IDBFactory } from 'fake-indexeddb'
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose'
import { vi } from 'vitest'
import type { TestTenant } from '../../src/testing/index.ts'
import { CLIENT_ID, DOMAIN } from './testbed.ts'

export const TOKEN_URL = `https://${DOMAIN}/oauth/token`

/** A proof whose signature fits the key in its header. */
export interface Proof {
  claims: JWTPayload & { htm?: string; htu?: string; nonce?: string; ath?: string }
  header: Record<string, unknown>
  thumbprint: string
}

/** Verifies a proof as RFC 9449 section 4.3 wants it, apart from what a server knows of its request. */
export const readProof = async (proof: string): Promise<Proof> => {
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    maxTokenAge: 60,
    requiredClaims: ['jti', 'htm', 'htu'],
  })
  const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk as object)
  return { claims: payload as Proof['claims'], header: protectedHeader, thumbprint }
}

/** The proofs of all token requests, verified; one without a proof fails. */
export const tokenProofs = (tenant: TestTenant): Promise<Proof[]> =>
  Promise.all(tenant.requestsTo('token').map(({ headers }) => readProof(headers.dpop ?? '')))

/** Lets the tenant answer with tokens of this type. */
export const answerWithType = (tenant: TestTenant, token_type: string): void =>
  tenant.intercept('token', async (_, respond) => {
    const answer = await respond()
    if (answer.status !== 200) return answer
    return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), token_type }) }
  })

/** A new and empty IndexedDB, as in a page that was never open before. */
export const stubIndexedDb = (): IDBFactory => {
  const factory = new IDBFactory()
  vi.stubGlobal('indexedDB', factory)
  return factory
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Opens the database as auth0-spa-js creates it. */
export const openReferenceDatabase = (): Promise<IDBDatabase> => {
  const request = indexedDB.open('auth0-spa-js', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('keypair')
    request.result.createObjectStore('nonce')
  }
  return settled(request)
}

/** Everything in one of its stores, by key. */
export const readStore = async (name: 'keypair' | 'nonce'): Promise<Record<string, unknown>> => {
  const database = await openReferenceDatabase()
  const store = database.transaction(name).objectStore(name)
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  database.close()
  return Object.fromEntries(keys.map((key, index) => [String(key), values[index]]))
}

/** Writes to one of its stores. */
export const writeStore = async (
  name: 'keypair' | 'nonce',
  values: Record<string, unknown>,
): Promise<void> => {
  const database = await openReferenceDatabase()
  const store = database.transaction(name, 'readwrite').objectStore(name)
  await Promise.all(Object.entries(values).map(([key, value]) => settled(store.put(value, key))))
  database.close()
}

/** The key pair of the client that is stored. */
export const storedPair = async (clientId = CLIENT_ID): Promise<CryptoKeyPair | undefined> =>
  (await readStore('keypair'))[`${clientId}::auth0`] as CryptoKeyPair | undefined

/** The thumbprint of a key pair (RFC 7638). */
export const thumbprintOf = async (pair: CryptoKeyPair | undefined): Promise<string | undefined> =>
  pair && calculateJwkThumbprint(await crypto.subtle.exportKey('jwk', pair.publicKey))

export const createKeyPair = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
