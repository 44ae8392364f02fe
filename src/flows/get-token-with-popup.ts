import { normalizeLoginOptions } from '../options-v1.ts'
import type { GetTokenWithPopupOptions } from '../types/authorization.ts'
import { callParameters } from './call-parameters.ts'
import type { Core } from './core-interface.ts'

/** The access token that a login in a popup has stored. */
export const getTokenWithPopup = async (
  { options, tokenStore }: Core,
  call: GetTokenWithPopupOptions = {},
): Promise<string | undefined> => {
  const { authorizationParams } = normalizeLoginOptions(call, options.isLegacyStyle)
  const entry = await tokenStore.find(callParameters(options, authorizationParams).slot)
  return entry && (await tokenStore.isFresh(entry, 0)) ? entry.body.access_token : undefined
}
