import type { TokenEntries } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'

interface UsableTokensParts {
  options: { useRefreshTokens: boolean }
  tokenStore: Pick<TokenStore, 'isFresh'>
}

/** Whether any entry can still provide an access token without the user. */
export const hasUsableTokens = async (
  { options, tokenStore }: UsableTokensParts,
  entries: TokenEntries,
): Promise<boolean> => {
  for (const entry of entries.all()) {
    if (options.useRefreshTokens && entry.body.refresh_token) return true
    if (entry.body.access_token && (await tokenStore.isFresh(entry, 0))) return true
  }
  return false
}
