import { parseUrl } from '../browser/parse-url.ts'
import { page, redirect, webMessage } from './tenant-answers.ts'
import type { TenantLogin } from './tenant-grants.ts'
import type { TestTenantAnswer } from './test-tenant-types.ts'

type Fields = Record<string, string>

/** The reason why a login was not accepted. */
export interface LoginError {
  error: string
  error_description: string
}

/** Checks an authorization request, apart from its client and callback URL. */
export const findLoginError = (
  { response_type, code_challenge, code_challenge_method, prompt }: Fields,
  hasSession: boolean,
): LoginError | undefined => {
  if (response_type !== 'code') {
    const error_description = 'Only response_type=code is supported'
    return { error: 'unsupported_response_type', error_description }
  }
  if (!code_challenge || code_challenge_method !== 'S256') {
    return { error: 'invalid_request', error_description: 'PKCE with S256 is required' }
  }
  if (prompt === 'none' && !hasSession) {
    return { error: 'login_required', error_description: 'Login required' }
  }
  return undefined
}

/** The login of an authorization request that was accepted. */
export const loginOf = (fields: Fields, user: TenantLogin['user']): TenantLogin => ({
  user,
  clientId: fields.client_id ?? '',
  redirectUri: fields.redirect_uri ?? '',
  scope: fields.scope ?? '',
  audience: fields.audience ?? '',
  organization: fields.organization,
  nonce: fields.nonce,
  codeChallenge: fields.code_challenge ?? '',
  authTime: fields.max_age === undefined ? undefined : Math.floor(Date.now() / 1000),
})

const withParameters = (url: string, parameters: object): string => {
  const to = new URL(url)
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value)
  return to.href
}

/** Sends an authorization response in the response mode of the request. */
export const sendAuthorizationResponse = (
  { response_mode, state }: Fields,
  redirectUri: string,
  parameters: object,
): TestTenantAnswer => {
  const response = { ...parameters, ...(state !== undefined && { state }) }
  return response_mode === 'web_message'
    ? webMessage(response, new URL(redirectUri).origin)
    : redirect(withParameters(redirectUri, response))
}

/** The page that is shown for a callback URL which is not allowed. */
export const findCallbackError = (
  redirectUri: string,
  allowed: string[] | undefined,
): TestTenantAnswer | undefined => {
  const isAllowed = allowed?.includes(redirectUri) ?? true
  return parseUrl(redirectUri) && isAllowed ? undefined : page('Callback URL mismatch')
}
