import { requireConfiguration, secondsToMs } from '../options.ts'
import { normalizeTokenOptions } from '../options-v1.ts'
import { isOfOrganization } from '../protocol/organization.ts'
import { hasFreshToken, toResponse } from '../session/cached-token.ts'
import { SessionChangedError } from '../session/session-changed-error.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import { callParameters } from './call-parameters.ts'
import type { Core } from './core-interface.ts'

type Result = GetTokenSilentlyVerboseResponse | undefined

/** How often a call looks again after the session has changed. */
const MAX_LOOKS = 3

/** The cache first, then a renewal. */
const getTokenOnce = async (core: Core, call: GetTokenSilentlyOptions): Promise<Result> => {
  const { options, session, tokenStore, identities, loadRuntime } = core
  const signal = session.signal()
  const {
    cacheMode = 'on',
    timeoutInSeconds,
    authorizationParams,
  } = normalizeTokenOptions(call, options.isLegacyStyle)
  const { slot, params } = callParameters(options, authorizationParams)
  const remember = loadRuntime.loaded()?.recentTokens.remember(call, slot)
  if (cacheMode !== 'off') {
    const entry = await tokenStore.find(slot)
    if (entry && (await hasFreshToken(tokenStore, entry))) {
      const identity = await identities.current()
      if (await session.endAtCeiling(identity)) return undefined
      if (identity && isOfOrganization(identity.claims, params.organization)) {
        remember?.(entry)
        return toResponse(entry, identity)
      }
    }
    // `cache-only` without an entry has nothing to clean up, so nothing is loaded for it.
    if (cacheMode === 'cache-only' && !entry) return undefined
  }
  // A clock that fails is noticed before a refresh token is marked as sent.
  await options.nowProvider()
  const timeoutMs = timeoutInSeconds ? secondsToMs(timeoutInSeconds) : undefined
  const { renew } = await loadRuntime()
  return renew({ slot, params, timeoutMs, signal }, cacheMode)
}

/** If the session changes in the meantime, the answer is that of the session that is there then. */
export const getToken = async (core: Core, call: GetTokenSilentlyOptions): Promise<Result> => {
  requireConfiguration(core.options)
  for (let look = 1; ; look += 1) {
    try {
      return await getTokenOnce(core, call)
    } catch (error) {
      const isChanged = error instanceof SessionChangedError && look < MAX_LOOKS
      if (!isChanged || !(await (await core.loadTurns()).isThere())) throw error
    }
  }
}

/**
 * The response without its refresh token; `undefined` with `cache-only` if nothing is cached, or if the
 * session has reached its end.
 */
export const getTokenSilently = async (
  core: Core,
  call: GetTokenSilentlyOptions = {},
): Promise<Result> => {
  try {
    return await getToken(core, call)
  } catch (error) {
    if (core.options.interactiveErrorHandler !== 'popup') throw error
    const { recoverWithPopup } = await core.loadRuntime().catch(() => {
      throw error
    })
    return recoverWithPopup(error, call)
  }
}
