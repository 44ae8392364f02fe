import { isBound } from '../protocol/token-endpoint.ts'
import type { StoredBody, StoredTokens, TokenEntries } from './token-entries.ts'

/** The body of an entry without its access token: the refresh token and what belongs to it. */
export const withoutAccessToken = ({ slot, body }: StoredTokens): StoredBody => {
  const { refresh_token, refresh_token_unanswered, dpop_jkt } = body
  const { login_claims, client_id, issuer } = body
  return {
    ...(refresh_token && { refresh_token }),
    ...(refresh_token_unanswered && { refresh_token_unanswered }),
    ...(dpop_jkt && { dpop_jkt }),
    ...(login_claims && { login_claims }),
    ...(client_id && { client_id }),
    ...(issuer && { issuer }),
    // A later response must not be of a weaker type.
    ...(isBound(body) && { token_type: body.token_type }),
    ...slot,
  }
}

/**
 * Drops the access token of an expired entry: the entry is reduced to its refresh token, or removed
 * if it has none. To be called under the lock only, because it writes back what was read.
 */
export const dropAccessToken = (entries: TokenEntries, entry: StoredTokens): Promise<void> =>
  entry.body.refresh_token
    ? entries.rewrite(entry, withoutAccessToken(entry))
    : entries.remove(entry)
