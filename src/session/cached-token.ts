import type { Identity } from '../storage/identity-store.ts'
import type { StoredTokens } from '../storage/token-entries.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'

/** A token with less time left is renewed. */
export const MARGIN_SECONDS = 60

/** Whether an entry has an access token that is valid long enough. */
export const hasFreshToken = async (
  { isFresh }: Pick<TokenStore, 'isFresh'>,
  entry: StoredTokens | undefined,
): Promise<boolean> =>
  entry?.body.access_token !== undefined && (await isFresh(entry, MARGIN_SECONDS))

/** A stored entry in the form of a response, without its refresh token. */
export const toResponse = (
  { body }: StoredTokens,
  { id_token }: Identity,
): GetTokenSilentlyVerboseResponse => ({
  id_token,
  access_token: body.access_token ?? '',
  token_type: body.token_type ?? 'Bearer',
  expires_in: body.expires_in ?? 0,
  ...(body.oauthTokenScope !== undefined && { scope: body.oauthTokenScope }),
})
