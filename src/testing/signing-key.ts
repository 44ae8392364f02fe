import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { lazy } from '../lazy.ts'

/** What `createTestKey` makes a key of. */
export interface TestKeyOptions {
  /** `RS256`, `PS256`, `ES256`, `EdDSA` or another algorithm of JWS. Default `RS256`. */
  alg?: string
  /** The key ID. Default: a random one; `null` makes a key without one. */
  kid?: string | null
}

/** A key that a test tenant signs tokens with. */
export interface TestSigningKey {
  /** The algorithm. */
  alg: string
  /** The key ID, if the key has one. */
  kid: string | undefined
  /** The private key. */
  privateKey: CryptoKey
  /** The public key, as the tenant publishes it. */
  jwk: Record<string, unknown>
}

export const generateKey = async ({
  alg = 'RS256',
  kid: givenId,
}: TestKeyOptions): Promise<TestSigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const kid = givenId === null ? undefined : (givenId ?? crypto.randomUUID())
  const jwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid && { kid }) }
  return { alg, kid, privateKey, jwk }
}

/**
 * One key for all tenants of a process, because making one takes long. Its ID is random: the SDK
 * keeps the keys of a tenant in localStorage, where an earlier test may have left others.
 */
export const loadSharedKey = lazy(() => generateKey({}))

export const signJwt = (
  claims: Record<string, unknown>,
  { alg, kid, privateKey }: TestSigningKey,
): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(privateKey)
