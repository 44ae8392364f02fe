import { whyNoIframe } from '../browser/environment.ts'
import { MissingRefreshTokenError, MissingScopesError } from '../errors/core.ts'
import { isRefreshTokenRejected, isUserBlocked } from '../protocol/error-codes.ts'
import type { Renewer } from './renewer.ts'

export interface Choice {
  options: { useRefreshTokens: boolean; useRefreshTokensFallback: boolean | undefined }
  byRefreshToken: Renewer
  byIframe: Renewer
  /** Forgets the session of a user whom the tenant has blocked. */
  endSession: () => Promise<void>
}

/**
 * The whole decision of how tokens are renewed:
 *
 * | `useRefreshTokensFallback` | no refresh token | refresh token refused | scopes missing |
 * |---|---|---|---|
 * | unset   | iframe | error  | error  |
 * | `true`  | iframe | iframe | iframe |
 * | `false` | error  | error  | error  |
 */
export const chooseRenewer = ({
  options,
  byRefreshToken,
  byIframe,
  endSession,
}: Choice): Renewer => {
  if (!options.useRefreshTokens) return byIframe
  const fallback = options.useRefreshTokensFallback

  const mayFallBack = (error: unknown): boolean => {
    if (fallback === false || whyNoIframe()) return false
    if (error instanceof MissingRefreshTokenError) return true
    return (
      fallback === true && (error instanceof MissingScopesError || isRefreshTokenRejected(error))
    )
  }

  return async request => {
    try {
      return await byRefreshToken(request)
    } catch (error) {
      if (isUserBlocked(error)) await endSession()
      else if (mayFallBack(error)) return byIframe(request)
      throw error
    }
  }
}
