import type { LoginHints } from '../storage/session-cookies.ts'
import type { GetTokenSilentlyOptions } from '../types/tokens.ts'

interface CheckSessionParts {
  hints: Pick<LoginHints, 'isSignedIn'>
  /** Whether the page's address holds the answer to a login that is under way. */
  isAnswerWaiting: () => boolean
  /** Whether the cache alone gives reason to try. */
  holdsTokens: () => Promise<boolean>
  getToken: (options?: GetTokenSilentlyOptions) => Promise<unknown>
}

/**
 * Finds out, on loading a page, whether somebody is signed in. A visitor who never was causes no
 * request, and neither does one who is just coming back from the login page. Whatever goes wrong,
 * the page goes on without a user.
 */
export const checkSession = async (
  { hints, isAnswerWaiting, holdsTokens, getToken }: CheckSessionParts,
  call?: GetTokenSilentlyOptions,
): Promise<void> => {
  try {
    if (isAnswerWaiting()) return
    if (hints.isSignedIn() || (await holdsTokens())) await getToken(call)
  } catch {
    // Not signed in, offline, misconfigured: the next call that needs a token says so.
  }
}
