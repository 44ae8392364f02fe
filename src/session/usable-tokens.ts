import type { StoredBody, TokenEntries } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'

interface UsableTokensParts {
  options: { useRefreshTokens: boolean }
  tokenStore: Pick<TokenStore, 'isFresh'>
}

/**
 * Whether any entry can still provide an access token without the user.
 *
 * @param isRedeemable whether the refresh token of an entry can be used. Default: if there is one
 */
export const hasUsableTokens = async (
  { options, tokenStore }: UsableTokensParts,
  entries: TokenEntries,
  isRedeemable = ({ refresh_token }: StoredBody): boolean => Boolean(refresh_token),
): Promise<boolean> => {
  for (const entry of entries.all()) {
    if (options.useRefreshTokens && isRedeemable(entry.body)) return true
    if (entry.body.access_token && (await tokenStore.isFresh(entry, 0))) return true
  }
  return false
}
