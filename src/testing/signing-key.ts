import { SignJWT } from 'jose/jwt/sign'
import { exportJWK } from 'jose/key/export'
import { generateKeyPair } from 'jose/key/generate/keypair'
import { lazy } from '../lazy.ts'

/** What a tenant signs with, and the key set it publishes. */
export interface SigningKey {
  keySet: object
  sign(claims: Record<string, unknown>): Promise<string>
}

/**
 * One for all tenants of a process: making it takes a while. Each has a name of its own, because
 * the SDK keeps the keys of a tenant in localStorage, from which tests may still know another.
 */
export const loadSigningKey = lazy(async (): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const kid = crypto.randomUUID()
  const jwk = { ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig', kid }
  return {
    keySet: { keys: [jwk] },
    sign: claims => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey),
  }
})
