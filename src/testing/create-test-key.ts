import { lazy, loadModule } from '../lazy.ts'
import type { TestKeyOptions, TestSigningKey } from './signing-key.ts'

/** Loaded when a token is signed, because it contains the cryptography. */
export const loadSigning = lazy(() => loadModule('signing-key', import('./signing-key.ts')))

/**
 * Creates a key for `signingKey` and `jwks` of a test tenant.
 *
 * @example A tenant that replaces its key
 * ```ts
 * tenant.signingKey = await createTestKey({ alg: 'ES256' })
 * ```
 * @example A tenant that publishes two keys
 * ```ts
 * const [current, next] = [await createTestKey(), await createTestKey()]
 * tenant.signingKey = current
 * tenant.jwks = { keys: [current.jwk, next.jwk] }
 * ```
 */
export const createTestKey = async (options: TestKeyOptions = {}): Promise<TestSigningKey> =>
  (await loadSigning()).generateKey(options)
