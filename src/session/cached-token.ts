import type { Identity } from '../storage/identity-store.ts'
import type { StoredTokens, TokenStore } from '../storage/token-store.ts'
import type { GetTokenSilentlyVerboseResponse, TokenSlot } from '../types/tokens.ts'
import { MARGIN_SECONDS } from './recent-tokens.ts'
import type { Session } from './session.ts'

type Answer = GetTokenSilentlyVerboseResponse

const fromCache = ({ body }: StoredTokens, { id_token }: Identity): Answer => ({
  id_token,
  access_token: body.access_token ?? '',
  token_type: body.token_type ?? 'Bearer',
  expires_in: body.expires_in ?? 0,
  ...(body.oauthTokenScope !== undefined && { scope: body.oauthTokenScope }),
})

/** Looks for a token in the cache that is fresh enough, of somebody who is signed in. */
export type Look = (
  slot: TokenSlot,
  onFind?: (entry: StoredTokens) => void,
) => Promise<Answer | undefined>

export const createLook =
  ({
    tokenStore,
    session,
  }: {
    tokenStore: Pick<TokenStore, 'find' | 'isFresh'>
    session: Pick<Session, 'identity'>
  }): Look =>
  async (slot, onFind) => {
    const entry = await tokenStore.find(slot)
    if (!entry?.body.access_token || !(await tokenStore.isFresh(entry, MARGIN_SECONDS))) return
    const identity = await session.identity()
    if (!identity) return
    onFind?.(entry)
    return fromCache(entry, identity)
  }
