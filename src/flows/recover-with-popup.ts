import { GenericError } from '../errors/core.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import type { GetToken } from './get-token-silently.ts'
import type { PopupLogin } from './popup-login.ts'

/** Answers a demand for a second factor in a popup, once the renewal has let go of its lock. */
export const recoverWithPopup = async (
  getToken: GetToken,
  loginWithPopup: PopupLogin,
  call: GetTokenSilentlyOptions = {},
): Promise<GetTokenSilentlyVerboseResponse> => {
  await loginWithPopup(call)
  const token = await getToken({ ...call, cacheMode: 'cache-only' })
  if (token) return token
  throw new GenericError(
    'interactive_handler_cache_miss',
    'The login in the popup brought no token for this audience and scope.',
  )
}
