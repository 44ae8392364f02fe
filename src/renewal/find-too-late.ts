import type { TokenSlot } from '../protocol/token-slot.ts'
import { MARGIN_SECONDS } from '../session/cached-token.ts'
import type { StoredTokens, TokenEntries } from '../storage/token-entries.ts'

/**
 * An entry that ends later than it can, because the clock was set back or a test has stored it, with an
 * end that it can have. Its token may still be good.
 */
export const findTooLate = (
  tokens: TokenEntries,
  slot: TokenSlot,
  nowMs: number,
): StoredTokens | undefined => {
  const entry = tokens.find(slot)
  const expiresAt = Math.floor(nowMs / 1000) + Number(entry?.body.expires_in)
  return entry && entry.expiresAt > expiresAt + MARGIN_SECONDS ? { ...entry, expiresAt } : undefined
}
