import type { TokenSlot } from '../types/tokens.ts'
import type { IdentityStore } from './identity-store.ts'
import type { TokenStore } from './token-store.ts'

interface EvictParts {
  tokenStore: TokenStore
  identities: Pick<IdentityStore, 'adopt'>
}

/**
 * Takes an access token that has expired, or will within the margin, out of the cache: the
 * entry is reduced to its refresh token, or removed when it has none. To be called only while
 * nobody else may write, because what was read is written back.
 */
export const evictExpired = async (
  { tokenStore, identities }: EvictParts,
  slot: TokenSlot,
  marginSeconds: number,
): Promise<void> => {
  const entry = await tokenStore.find(slot)
  if (!entry || (await tokenStore.isFresh(entry, marginSeconds))) return
  await identities.adopt(entry.body)
  const { refresh_token, refresh_token_unanswered, login_claims } = entry.body
  if (!refresh_token) return tokenStore.remove(entry)
  await tokenStore.rewrite(entry, {
    refresh_token,
    ...(refresh_token_unanswered && { refresh_token_unanswered }),
    ...(login_claims && { login_claims }),
    ...entry.slot,
  })
}
