import { untilAborted } from '../browser/until-aborted.ts'
import type { Http } from '../http.ts'
import { ADVICE_ON_KEYS } from '../protocol/jwks.ts'
import type { SignatureFailure, verifySignature } from '../protocol/verify-signature.ts'
import { createJwksCache, type JwksCache } from '../storage/jwks-cache.ts'

/**
 * Verifies the signature of an ID token.
 *
 * @returns what is wrong, or `undefined`
 * @throws GenericError `jwks_unavailable` if there are no keys to verify it with
 */
export type VerifySignature = (token: string) => Promise<string | undefined>

/**
 * Loads the keys for a token that is being requested, and returns the function that verifies it. When
 * the signal is aborted, that function waits no longer.
 */
export type PrefetchKeys = (jwks_uri: string, signal: AbortSignal) => VerifySignature

interface SignatureParts {
  options: { idTokenSigningAlgs: readonly string[]; httpTimeoutMs: number }
  http: Http
  /** The cryptography, which is loaded on demand. */
  verifySignature: typeof verifySignature
}

const reasonOf = (failure: SignatureFailure | undefined): string | undefined =>
  failure && `${failure.reason}. ${ADVICE_ON_KEYS}`

/** The keys of each tenant, and the verification of tokens with them. */
export const createPrefetchKeys = (parts: SignatureParts): PrefetchKeys => {
  const { options, http, verifySignature } = parts
  const { idTokenSigningAlgs, httpTimeoutMs } = options
  const caches = new Map<string, JwksCache>()

  return (jwks_uri, signal) => {
    const cache = caches.get(jwks_uri) ?? createJwksCache({ jwks_uri, httpTimeoutMs, http })
    caches.set(jwks_uri, cache)
    const known = cache.current()
    // Prevents an unhandled rejection if no token arrives.
    known.catch(() => {})
    return async token => {
      const keys = await untilAborted(known, signal)
      const first = await verifySignature(token, keys, idTokenSigningAlgs)
      // Stored keys do not decide: the tenant may have replaced a key, or the item may be damaged.
      if (!first || !(first.isKeyMissing || keys.isStored)) return reasonOf(first)
      const refetched = await untilAborted(cache.refetch(first.isKeyMissing), signal)
      if (!refetched) return reasonOf(first)
      const second = await verifySignature(token, refetched, idTokenSigningAlgs)
      if (second) cache.startCooldown(second.isKeyMissing)
      return reasonOf(second)
    }
  }
}
