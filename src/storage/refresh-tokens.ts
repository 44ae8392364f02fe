import type { TokenSlot } from '../protocol/token-slot.ts'
import { withoutAccessToken } from './drop-access-token.ts'
import type { StoredBody, StoredTokens, TokenEntries } from './token-entries.ts'

/** A refresh token, and the slot of the entry that contains it. */
export interface StoredRefreshToken {
  refresh_token: string
  slot: TokenSlot
  /** It was sent before without a response, so the server may have replaced it. */
  isOutcomeUnknown: boolean
}

/** The refresh tokens in the entries of a client. To be changed under the lock only. */
export interface RefreshTokens {
  /**
   * The refresh token for this slot. One that is bound to another key than this page has cannot be
   * redeemed, and counts as missing.
   *
   * @param dpopJkt the thumbprint of the key that this page has, if any
   */
  find(
    entries: TokenEntries,
    slot: TokenSlot,
    dpopJkt: string | undefined,
  ): StoredRefreshToken | undefined
  /** Whether any entry contains the token. */
  isStored(entries: TokenEntries, token: string): boolean
  /**
   * Marks a token before it is sent. The mark stays if no response arrives, even if the page is
   * closed: after it a rejection can mean that the response with the successor was lost.
   *
   * @param expired an entry whose access token is dropped in the same write
   */
  markSent(entries: TokenEntries, token: string, expired?: StoredTokens): Promise<void>
  /** Removes the mark: the server responded and did not replace the token. */
  clearMark(entries: TokenEntries, token: string): Promise<void>
  /**
   * Stores the successor in every entry that contains the token.
   *
   * @param isForAll whether all entries share one token, so that those with another one get it too
   */
  replace(entries: TokenEntries, token: string, successor: string, isForAll: boolean): Promise<void>
  /** Removes a token that the server rejected from every entry. */
  remove(entries: TokenEntries, token: string): Promise<void>
}

/** Whether an entry has a refresh token that is not bound to another key than this one. */
export const isRedeemable = (
  { refresh_token, dpop_jkt }: StoredBody,
  dpopJkt: string | undefined,
): boolean => Boolean(refresh_token) && (dpop_jkt === undefined || dpop_jkt === dpopJkt)

const readToken = (
  entry: StoredTokens | undefined,
  dpopJkt: string | undefined,
): StoredRefreshToken | undefined => {
  const { refresh_token, refresh_token_unanswered } = entry?.body ?? {}
  if (!entry || !refresh_token || !isRedeemable(entry.body, dpopJkt)) return
  return { refresh_token, slot: entry.slot, isOutcomeUnknown: refresh_token_unanswered === true }
}

/** @param useMrrt whether one refresh token is used for all audiences */
export const createRefreshTokens = ({ useMrrt }: { useMrrt: boolean }): RefreshTokens => {
  const rewriteAll = async (
    entries: TokenEntries,
    isHolder: (refreshToken: string) => boolean,
    change: (entry: StoredTokens) => StoredBody,
  ): Promise<void> => {
    for (const entry of entries.all()) {
      const { refresh_token } = entry.body
      if (!refresh_token || !isHolder(refresh_token)) continue
      const body = change(entry)
      if (body.refresh_token || body.access_token) await entries.rewrite(entry, body)
      else await entries.remove(entry)
    }
  }

  return {
    find: (entries, slot, dpopJkt) => {
      const own = readToken(entries.find(slot), dpopJkt)
      if (own || !useMrrt) return own
      return entries
        .all()
        .map(entry => readToken(entry, dpopJkt))
        .find(Boolean)
    },
    isStored: (entries, token) => entries.all().some(({ body }) => body.refresh_token === token),
    markSent: (entries, token, expired) =>
      rewriteAll(
        entries,
        holder => holder === token,
        entry => ({
          ...(entry.key === expired?.key ? withoutAccessToken(entry) : entry.body),
          refresh_token_unanswered: true,
        }),
      ),
    clearMark: (entries, token) =>
      rewriteAll(
        entries,
        holder => holder === token,
        ({ body: { refresh_token_unanswered: _, ...body } }) => body,
      ),
    replace: (entries, token, successor, isForAll) => {
      const holder = entries.all().find(({ body }) => body.refresh_token === token)
      const { dpop_jkt } = holder?.body ?? {}
      return rewriteAll(
        entries,
        held => (useMrrt && isForAll) || held === token,
        ({ body: { refresh_token_unanswered: _, dpop_jkt: __, ...body } }) => ({
          ...body,
          refresh_token: successor,
          ...(dpop_jkt && { dpop_jkt }),
        }),
      )
    },
    remove: (entries, token) =>
      rewriteAll(
        entries,
        holder => holder === token,
        ({ body: { refresh_token: _, refresh_token_unanswered: __, dpop_jkt: ___, ...body } }) =>
          body,
      ),
  }
}
