import { judgeSignature } from '../protocol/id-token-signature.ts'
import { createKeySet, type KeySetParts } from '../storage/jwks-cache.ts'

/**
 * Says what is wrong with the signature of an ID token, if anything is.
 *
 * @throws GenericError `jwks_unavailable` when there are no keys to verify it with
 */
export type SignatureCheck = (token: string) => Promise<string | undefined>

/** Begins a check of a token that is yet to come: the keys are fetched while it is. */
export type BeginSignatureCheck = () => SignatureCheck

export interface SignatureCheckParts extends KeySetParts {
  options: KeySetParts['options'] & { idTokenSigningAlgs: readonly string[] }
}

/** A chunk of its own: it brings the cryptography, and not every client wants it. */
export const createSignatureCheck = (parts: SignatureCheckParts): BeginSignatureCheck => {
  const keySet = createKeySet(parts)
  const algorithms = parts.options.idTokenSigningAlgs

  return () => {
    const known = keySet.current()
    // There may be no token to check in the end; then nobody asks for the keys.
    known.catch(() => {})
    return async token => {
      const first = await judgeSignature(token, await known, algorithms)
      if (!first?.mayBeNewKey) return first?.refusal
      const renewed = await keySet.renewed()
      const second = renewed ? await judgeSignature(token, renewed, algorithms) : first
      if (renewed && second?.mayBeNewKey) keySet.renewedInVain()
      return second?.refusal
    }
  }
}
