import { takeQueryParameter } from '../browser/location.ts'
import type { ResolvedOptions } from '../options.ts'
import { omit, type Parameters, pick } from '../protocol/parameters.ts'
import { isOwnParameter } from '../protocol/reserved-parameters.ts'
import { DEFAULT_AUDIENCE, mergeScopes } from '../protocol/scopes.ts'
import type { AuthorizationParams } from '../types/authorization.ts'
import type { TokenSlot } from '../types/tokens.ts'

/**
 * What a call asks for: client and call parameters merged, and the slot they amount to. A member
 * of the call that is `undefined` does not hide the client's. What the protocol sets is left out.
 */
export const callParameters = (
  { authorizationParams, scopes }: Pick<ResolvedOptions, 'authorizationParams' | 'scopes'>,
  call: AuthorizationParams | undefined,
): { slot: TokenSlot; params: Parameters } => {
  const merged = { ...authorizationParams, ...omit(call, 'scope') }
  const params = pick(merged, name => !isOwnParameter(name))
  const audience = (params.audience as string | undefined) || DEFAULT_AUDIENCE
  const scope = mergeScopes(
    scopes[Object.hasOwn(scopes, audience) ? audience : DEFAULT_AUDIENCE],
    call?.scope,
  )
  return { slot: { audience, scope }, params }
}

/**
 * Passes on the session of another application, where the page was opened with a token for it in
 * its address. The token goes out of the address bar.
 */
export const withSessionTransfer = (
  { sessionTransferTokenQueryParamName: name }: ResolvedOptions,
  call: AuthorizationParams,
): AuthorizationParams => {
  if (!name || call.session_transfer_token) return call
  const session_transfer_token = takeQueryParameter(name)
  return session_transfer_token ? { ...call, session_transfer_token } : call
}
