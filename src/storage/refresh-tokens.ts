import type { TokenSlot } from '../types/tokens.ts'
import type { StoredBody, StoredTokens, TokenStore } from './token-store.ts'

/** A refresh token that may be spent, and the slot of the entry it was found in. */
export interface HeldRefreshToken {
  refresh_token: string
  slot: TokenSlot
  /** It was sent before and nobody knows what came of it: the server may have replaced it. */
  isUnanswered: boolean
}

/** Where refresh tokens are taken from and put back to. */
export interface RefreshTokens {
  /** The token that renews this slot. */
  forRenewal(slot: TokenSlot): Promise<HeldRefreshToken | undefined>
  /** The server replaced a token: its successor takes its place in every entry that held it. */
  rotated(from: string, to: string): Promise<void>
  /**
   * A token is about to be sent. The mark stays where no answer comes, even if this page dies
   * before it can: whoever finds it knows that a refusal may only mean a lost successor.
   */
  sent(token: string): Promise<void>
  /** The server answered, and did not replace the token. */
  refused(token: string): Promise<void>
  /** The server refused a token for good: it goes from every entry that held it. */
  rejected(token: string): Promise<void>
}

/** Refresh tokens kept beside the access tokens. */
export const createStoredRefreshTokens = (
  tokenStore: TokenStore,
  { useMrrt }: { useMrrt: boolean },
): RefreshTokens => {
  const held = (entry: StoredTokens | undefined): HeldRefreshToken | undefined => {
    const { refresh_token, refresh_token_unanswered } = entry?.body ?? {}
    if (!entry || !refresh_token) return
    return { refresh_token, slot: entry.slot, isUnanswered: refresh_token_unanswered === true }
  }

  const rewriteHolders = async (
    isHolder: (refreshToken: string) => boolean,
    change: (body: StoredBody) => StoredBody,
  ): Promise<void> => {
    for (const entry of await tokenStore.all()) {
      const { refresh_token } = entry.body
      if (!refresh_token || !isHolder(refresh_token)) continue
      const body = change(entry.body)
      if (body.refresh_token || body.access_token) await tokenStore.rewrite(entry, body)
      else await tokenStore.remove(entry)
    }
  }

  return {
    forRenewal: async slot => {
      const own = held(await tokenStore.find(slot))
      if (own || !useMrrt) return own
      return (await tokenStore.all()).map(held).find(Boolean)
    },
    rotated: (from, to) =>
      rewriteHolders(
        token => useMrrt || token === from,
        ({ refresh_token_unanswered: _, ...body }) => ({ ...body, refresh_token: to }),
      ),
    sent: token =>
      rewriteHolders(
        holder => holder === token,
        body => ({ ...body, refresh_token_unanswered: true }),
      ),
    refused: token =>
      rewriteHolders(
        holder => holder === token,
        ({ refresh_token_unanswered: _, ...body }) => body,
      ),
    rejected: token =>
      rewriteHolders(
        holder => holder === token,
        ({ refresh_token: _, refresh_token_unanswered: __, ...body }) => body,
      ),
  }
}
