import type { LoginHints } from '../storage/login-hints.ts'
import type { GetTokenSilentlyOptions } from '../types/tokens.ts'

interface CheckSessionParts {
  hints: Pick<LoginHints, 'isSignedIn'>
  /** Whether the cache alone gives reason to try. */
  holdsTokens: () => Promise<boolean>
  getToken: (options?: GetTokenSilentlyOptions) => Promise<unknown>
}

/**
 * Finds out, on loading a page, whether somebody is signed in. A visitor who never was causes no
 * request. Whatever goes wrong, the page goes on without a user.
 */
export const checkSession = async (
  { hints, holdsTokens, getToken }: CheckSessionParts,
  call?: GetTokenSilentlyOptions,
): Promise<void> => {
  try {
    if (hints.isSignedIn() || (await holdsTokens())) await getToken(call)
  } catch {
    // Not signed in, offline, misconfigured: the next call that needs a token says so.
  }
}
