import { GenericError } from '../errors/core.ts'
import { isMfaRequired } from '../protocol/error-codes.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import type { Core } from './core-interface.ts'
import { getToken } from './get-token-silently.ts'
import { loginWithPopup } from './login-with-popup.ts'

/**
 * Completes MFA in a popup, after the renewal lock has been released.
 *
 * @param error why the renewal failed; thrown again if MFA is not the reason
 */
export const recoverWithPopup = async (
  core: Core,
  error: unknown,
  call: GetTokenSilentlyOptions,
): Promise<GetTokenSilentlyVerboseResponse> => {
  if (!isMfaRequired(error)) throw error
  await loginWithPopup(core, call)
  const token = await getToken(core, { ...call, cacheMode: 'cache-only' })
  if (token) return token
  throw new GenericError(
    'interactive_handler_cache_miss',
    'The login in the popup returned no token for this audience and scope.',
  )
}
