import { currentOrigin } from '../browser/location.ts'
import { callParameters } from '../flows/call-parameters.ts'
import { AuthenticationError, GenericError, type RedirectLoginOptions } from '../index.ts'
import type { ResolvedOptions } from '../options.ts'
import { modernLoginOptions } from '../options-v1.ts'
import { parseCallbackUrl } from '../protocol/authorization-response.ts'
import { formEncode } from '../protocol/parameters.ts'
import { DEFAULT_AUDIENCE } from '../protocol/scopes.ts'
import type { TokenSlot } from '../types/tokens.ts'

interface Login {
  slot: TokenSlot
  redirectUri: string
  appState?: unknown
}

/** What a tenant answers a login with. */
export type TestLoginAnswer =
  | {
      /** The code of a login that went well. */
      code: string
    }
  | {
      /** Why it failed, such as `access_denied`. */
      error: string
      /** A sentence for people. */
      error_description?: string
    }

/** Redirect logins under way: begun, and taken up again by the answer of their own. */
export const createTestLogins = (options: ResolvedOptions) => {
  const pending = new Map<string, Login>()
  let count = 0

  const begin = (call: RedirectLoginOptions): { url: string; slot: TokenSlot } => {
    const { authorizationParams, appState, fragment } = modernLoginOptions(
      call,
      options.isLegacyStyle,
    )
    const { slot, params } = callParameters(options, authorizationParams)
    const state = `test-state-${++count}`
    const redirectUri =
      (params.redirect_uri as string | undefined) ?? currentOrigin() ?? 'http://localhost'
    pending.set(state, { slot, redirectUri, ...(appState !== undefined && { appState }) })
    const query = formEncode({
      ...params,
      audience: slot.audience === DEFAULT_AUDIENCE ? undefined : slot.audience,
      client_id: options.clientId,
      scope: slot.scope,
      response_type: 'code',
      response_mode: 'query',
      state,
    })
    const url = `${options.endpoints.authorize}?${query}`
    return { url: fragment ? `${url}#${fragment}` : url, slot }
  }

  /** The answer to the last login that is under way. */
  const callbackUrl = (answer: TestLoginAnswer = { code: 'test-code' }): string => {
    const [last] = [...pending].reverse()
    if (!last) throw new Error('No login is under way: nobody has called loginWithRedirect.')
    const [state, { redirectUri }] = last
    return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${formEncode({ ...answer, state })}`
  }

  /** The login that an answer belongs to, by the rules of the real client, and why it failed. */
  const take = (url: string | undefined): Login & { refusal?: AuthenticationError } => {
    const { state = '', code, error, error_description } = url ? parseCallbackUrl(url) : {}
    if (pending.size === 0) throw new GenericError('missing_transaction', 'Invalid state')
    if (!code && !error) throw new GenericError('invalid_request', 'The answer has no code')
    const login = pending.get(state)
    if (!login) throw new GenericError('state_mismatch', 'Invalid state')
    pending.delete(state)
    if (!error) return login
    const why = error_description || error
    return { ...login, refusal: new AuthenticationError(error, why, state, login.appState) }
  }

  return { begin, callbackUrl, isAnyPending: () => pending.size > 0, take }
}
