import { formEncode } from '../form-encode.ts'
import { ownMembers } from '../own-members.ts'
import { maxAgeSecondsOf } from './max-age.ts'
import type { Parameters } from './parameters.ts'
import { codeChallenge, randomString } from './pkce.ts'
import { type HttpRules, requireHttps } from './require-https.ts'
import { DEFAULT_AUDIENCE } from './scopes.ts'
import type { ServerMetadata } from './server-metadata.ts'
import type { TokenSlot } from './token-slot.ts'
import type { LoginTransaction } from './transaction.ts'

/** What all authorization requests of a client have in common. */
export interface AuthorizationRequestOptions extends HttpRules {
  clientId: string
  telemetry: { parameter: string }
}

/** What distinguishes one authorization request from another. */
export interface AuthorizationRequestParts {
  slot: TokenSlot
  /** Client and call parameters, already merged. */
  params: Parameters
  redirectUri: string | undefined
  responseMode: 'query' | 'web_message'
  /** The thumbprint of the key that the code is bound to (RFC 9449 section 10). */
  dpop_jkt?: string | undefined
}

/** Where to send the browser, and what to remember until the response. */
export interface AuthorizationRequest {
  url: string
  transaction: LoginTransaction & { state: string }
}

/**
 * Builds an authorization request with PKCE (RFC 7636), a new `state` and a new `nonce`. Parameters
 * of the application cannot replace those that protect the response.
 *
 * @throws InvalidConfigurationError if the response would be sent over plain http
 */
export const authorizationRequest = async (
  options: AuthorizationRequestOptions,
  { authorization_endpoint }: Pick<ServerMetadata, 'authorization_endpoint'>,
  {
    slot: { audience, scope },
    params,
    redirectUri,
    responseMode,
    dpop_jkt,
  }: AuthorizationRequestParts,
): Promise<AuthorizationRequest> => {
  if (redirectUri) requireHttps(redirectUri, options)
  const code_verifier = randomString()
  const state = btoa(randomString())
  const nonce = btoa(randomString())
  const { organization, max_age } = ownMembers(params)
  const maxAgeSeconds = maxAgeSecondsOf(max_age)
  const query = formEncode({
    ...params,
    audience: audience === DEFAULT_AUDIENCE ? undefined : audience,
    client_id: options.clientId,
    scope,
    response_type: 'code',
    response_mode: responseMode,
    state,
    nonce,
    redirect_uri: redirectUri,
    code_challenge: await codeChallenge(code_verifier),
    code_challenge_method: 'S256',
    dpop_jkt,
    auth0Client: options.telemetry.parameter,
  })
  return {
    url: `${authorization_endpoint}?${query}`,
    transaction: {
      response_type: 'code',
      state,
      nonce,
      code_verifier,
      scope,
      audience,
      ...(redirectUri && { redirect_uri: redirectUri }),
      ...(organization ? { organization: organization as string } : undefined),
      ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
    },
  }
}
