import { stateInUrl } from '../browser/location.ts'
import { normalizeTokenOptions } from '../options-v1.ts'
import { isOfOrganization } from '../protocol/organization.ts'
import { restoreState } from '../protocol/restore-state.ts'
import { hasFreshToken } from '../session/cached-token.ts'
import { hasUsableTokens } from '../session/usable-tokens.ts'
import type { GetTokenSilentlyOptions } from '../types/tokens.ts'
import { callParameters } from './call-parameters.ts'
import type { Core } from './core-interface.ts'
import { getTokenSilently } from './get-token-silently.ts'

/** Whether there is reason to ask the tenant. The cookie is read only if the cache does not tell. */
const mustRenew = async (core: Core, call: GetTokenSilentlyOptions): Promise<boolean> => {
  const { options, session, tokenStore, identities, sessionCookies } = core
  const { cacheMode, authorizationParams } = normalizeTokenOptions(call, options.isLegacyStyle)
  if (cacheMode !== 'off') {
    const { slot, params } = callParameters(options, authorizationParams)
    const entry = await tokenStore.find(slot)
    const identity = (await hasFreshToken(tokenStore, entry)) && (await identities.current())
    if (identity && isOfOrganization(identity.claims, params.organization)) {
      await session.endAtCeiling(identity)
      return false
    }
  }
  return sessionCookies.isSignedIn() || hasUsableTokens(core, await tokenStore.load())
}

/**
 * Finds out, when a page loads, whether a user is signed in. Makes no request for a visitor who has
 * never signed in, or while the URL contains the response of a pending login. Errors are ignored:
 * the page then has no user.
 */
export const checkSession = async (
  core: Core,
  call: GetTokenSilentlyOptions = {},
): Promise<void> => {
  try {
    if (await core.transactions.isPending(restoreState(stateInUrl()))) return
    if (await mustRenew(core, call)) await getTokenSilently(core, call)
  } catch {
    // Not signed in, offline, or misconfigured: the next call that needs a token reports it.
  }
}
