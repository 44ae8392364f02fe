import { requireConfiguration, secondsToMs } from '../options.ts'
import { normalizeTokenOptions } from '../options-v1.ts'
import { hasFreshToken, toResponse } from '../session/cached-token.ts'
import type { GetTokenSilentlyOptions, GetTokenSilentlyVerboseResponse } from '../types/tokens.ts'
import { callParameters } from './call-parameters.ts'
import type { Core } from './core-interface.ts'

type Result = GetTokenSilentlyVerboseResponse | undefined

/** The cache first, then a renewal. */
export const getToken = async (core: Core, call: GetTokenSilentlyOptions): Promise<Result> => {
  const { options, session, tokenStore, identities, recentTokens } = core
  requireConfiguration(options)
  const signal = session.signal()
  const {
    cacheMode = 'on',
    timeoutInSeconds,
    authorizationParams,
  } = normalizeTokenOptions(call, options.isLegacyStyle)
  const { slot, params } = callParameters(options, authorizationParams)
  const remember = recentTokens.remember(call, slot)
  if (cacheMode !== 'off') {
    const entry = await tokenStore.find(slot)
    if (entry && (await hasFreshToken(tokenStore, entry))) {
      const identity = await identities.current()
      if (await session.endAtCeiling(identity)) return undefined
      if (identity) {
        remember(entry)
        return toResponse(entry, identity)
      }
    }
    // `cache-only` without an entry has nothing to clean up, so nothing is loaded for it.
    if (cacheMode === 'cache-only' && !entry) return undefined
  }
  // A clock that fails is noticed before a refresh token is marked as sent.
  await options.nowProvider()
  const timeoutMs = timeoutInSeconds ? secondsToMs(timeoutInSeconds) : undefined
  const { renew } = await core.loadRuntime()
  return renew({ slot, params, timeoutMs, signal }, cacheMode)
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
