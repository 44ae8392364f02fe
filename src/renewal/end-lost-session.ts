import type { Clock } from '../options.ts'
import { isLoginRequired, isMfaRequired } from '../protocol/error-codes.ts'
import { isOfOrganization } from '../protocol/organization.ts'
import { SessionChangedError } from '../session/session-changed-error.ts'
import type { SessionTurns } from '../session/session-turns.ts'
import { hasUsableTokens } from '../session/usable-tokens.ts'
import { isRedeemable } from '../storage/refresh-tokens.ts'
import type { TokenStore } from '../storage/token-store.ts'
import { findTooLate } from './find-too-late.ts'
import type { LockedRequest } from './renewer.ts'

interface EndLostSessionParts {
  options: {
    useRefreshTokens: boolean
    interactiveErrorHandler: 'popup' | undefined
    nowProvider: Clock
  }
  turns: Pick<SessionTurns, 'exclusive' | 'endLost'>
  tokenStore: TokenStore
}

/**
 * Decides whether the failure of a hidden iframe ends the session: a `login_required` for one audience
 * says nothing about valid tokens of others.
 */
export const createEndLostSession =
  (parts: EndLostSessionParts) =>
  async (error: unknown, request: LockedRequest): Promise<void> => {
    const { options, turns, tokenStore } = parts
    const { number, stored, dpopJkt } = request.begun
    const isForPopup = options.interactiveErrorHandler === 'popup' && isMfaRequired(error)
    if (!isLoginRequired(error) || error instanceof SessionChangedError || isForPopup) return
    const isUsable = async (): Promise<boolean> =>
      options.useRefreshTokens &&
      hasUsableTokens(parts, await tokenStore.load(), body => isRedeemable(body, dpopJkt))
    // One for another organization says nothing about the session in this one.
    const isKept =
      !isOfOrganization(stored.identity?.claims, request.params.organization) ||
      (await isUsable()) ||
      findTooLate(await tokenStore.load(), request.slot, await options.nowProvider())
    if (isKept) {
      return turns.exclusive(async turn => {
        // The user may have signed in again since the tenant was asked.
        if (!turn.isCurrent(number)) throw new SessionChangedError()
      })
    }
    await turns.endLost('login_required', number)
  }
