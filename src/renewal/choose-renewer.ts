import { MissingRefreshTokenError, MissingScopesError } from '../errors/renewal.ts'
import { isRefreshTokenRejected } from '../protocol/error-codes.ts'
import type { Renewer } from './renewer.ts'

interface RenewerChoice {
  options: { useRefreshTokens: boolean; useRefreshTokensFallback: boolean | undefined }
  byRefreshToken: Renewer
  byIframe: Renewer
  /** Why no iframe can be used, if that is so. */
  blockedReason: () => string | undefined
}

/**
 * How tokens are renewed:
 *
 * | `useRefreshTokensFallback` | no refresh token | refresh token rejected | scopes missing |
 * |---|---|---|---|
 * | unset   | iframe | error  | error  |
 * | `true`  | iframe | iframe | iframe |
 * | `false` | error  | error  | error  |
 */
export const chooseRenewer = (choice: RenewerChoice): Renewer => {
  const { options, byRefreshToken, byIframe, blockedReason } = choice
  if (!options.useRefreshTokens) return byIframe
  const fallback = options.useRefreshTokensFallback

  const canFallBack = (error: unknown): boolean => {
    if (fallback === false || blockedReason()) return false
    if (error instanceof MissingRefreshTokenError) return true
    return (
      fallback === true && (error instanceof MissingScopesError || isRefreshTokenRejected(error))
    )
  }

  return async request => {
    try {
      return await byRefreshToken(request)
    } catch (error) {
      if (canFallBack(error)) return byIframe(request)
      throw error
    }
  }
}
