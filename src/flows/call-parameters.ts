import { absoluteUrl, queryParameter, removeQueryParameters } from '../browser/location.ts'
import { isPlain } from '../form-encode.ts'
import { invalidOption, PARAMETERS, readValues } from '../option-types.ts'
import type { ResolvedOptions } from '../options.ts'
import { ownMembers } from '../own-members.ts'
import { type Parameters, pick } from '../protocol/parameters.ts'
import { isReservedParameter } from '../protocol/reserved-parameters.ts'
import { DEFAULT_AUDIENCE, mergeScopes } from '../protocol/scopes.ts'
import type { AuthorizationParams } from '../types/authorization.ts'
import type { CallParameters } from './core-interface.ts'

/**
 * Merges the parameters of the client and of a call, and derives the slot. A member of the call that
 * is not set does not hide the client's. Parameters that the SDK sets itself are removed.
 *
 * @throws InvalidConfigurationError if a parameter of the call cannot be used
 */
export const callParameters = (
  { authorizationParams, scopes }: Pick<ResolvedOptions, 'authorizationParams' | 'scopes'>,
  call: AuthorizationParams | undefined,
): CallParameters => {
  const { scope: added, ...others } = readValues(call, PARAMETERS)
  if (isPlain(added)) throw invalidOption('scope', added, 'text')
  const merged = { ...authorizationParams, ...others }
  const params = pick(merged, name => !isReservedParameter(name))
  const { redirect_uri } = params
  if (redirect_uri) params.redirect_uri = absoluteUrl(redirect_uri as string)
  const audience = (params.audience as string | undefined) || DEFAULT_AUDIENCE
  const scope = mergeScopes(
    scopes[Object.hasOwn(scopes, audience) ? audience : DEFAULT_AUDIENCE],
    added,
  )
  return { slot: { audience, scope }, params }
}

/** Adds the session transfer token of the page's URL to the parameters of a login. */
export const withSessionTransfer = (
  { sessionTransferTokenQueryParamName: name }: ResolvedOptions,
  params: Parameters,
): Parameters => {
  if (!name || params.session_transfer_token) return params
  const session_transfer_token = queryParameter(name)
  return session_transfer_token ? ownMembers(params, { session_transfer_token }) : params
}

/** Removes the session transfer token from the address bar, once nothing can fail before its use. */
export const dropSessionTransfer = (
  { sessionTransferTokenQueryParamName: name }: ResolvedOptions,
  { session_transfer_token: token }: Parameters,
): void => {
  if (name && token && token === queryParameter(name)) removeQueryParameters([name])
}
