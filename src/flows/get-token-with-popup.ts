import type { ResolvedOptions } from '../options.ts'
import { modernLoginOptions } from '../options-v1.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { GetTokenWithPopupOptions } from '../types/authorization.ts'
import { callParameters } from './call-parameters.ts'

interface GetTokenWithPopupParts {
  options: ResolvedOptions
  tokenStore: Pick<TokenStore, 'find' | 'isFresh'>
}

/** The access token that came of a login in a popup. */
export const getTokenWithPopup = async (
  { options, tokenStore }: GetTokenWithPopupParts,
  call: GetTokenWithPopupOptions = {},
): Promise<string | undefined> => {
  const { authorizationParams } = modernLoginOptions(call, options.isLegacyStyle)
  const entry = await tokenStore.find(callParameters(options, authorizationParams).slot)
  return entry && (await tokenStore.isFresh(entry, 0)) ? entry.body.access_token : undefined
}
