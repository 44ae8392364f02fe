import type { LoginTransaction } from '../types/storage.ts'
import { formEncode, type Parameters } from './parameters.ts'
import { codeChallenge, randomString } from './pkce.ts'
import { refuseCleartext } from './require-https.ts'
import { DEFAULT_AUDIENCE } from './scopes.ts'

/** What all requests of a client have in common. */
export interface AuthorizationRequestOptions {
  clientId: string
  endpoints: { authorize: string }
  telemetry: { parameter: string }
}

/** What distinguishes one request from another. */
export interface AuthorizationRequestParts {
  /** Client and call parameters, already merged; those of the protocol are set here. */
  params: Parameters
  scope: string
  redirectUri: string | undefined
  responseMode: 'query' | 'web_message'
}

/** A request under way: where to send the browser, and what to remember for the answer. */
export interface AuthorizationRequest {
  url: string
  transaction: LoginTransaction & { state: string }
}

/**
 * Makes an authorization request with PKCE (RFC 7636), a fresh `state` and a fresh `nonce`.
 * Parameters of the caller can replace none of those that protect the answer.
 *
 * @throws InvalidConfigurationError when the answer would come back over plain http
 */
export const authorizationRequest = async (
  { clientId, endpoints, telemetry }: AuthorizationRequestOptions,
  { params, scope, redirectUri, responseMode }: AuthorizationRequestParts,
): Promise<AuthorizationRequest> => {
  if (redirectUri) refuseCleartext(redirectUri)
  const code_verifier = randomString()
  const state = btoa(randomString())
  const nonce = btoa(randomString())
  const audience = (params.audience as string | undefined) || DEFAULT_AUDIENCE
  const organization = params.organization as string | undefined
  const query = formEncode({
    ...params,
    audience: audience === DEFAULT_AUDIENCE ? undefined : audience,
    client_id: clientId,
    scope,
    response_type: 'code',
    response_mode: responseMode,
    state,
    nonce,
    redirect_uri: redirectUri,
    code_challenge: await codeChallenge(code_verifier),
    code_challenge_method: 'S256',
    auth0Client: telemetry.parameter,
  })
  return {
    url: `${endpoints.authorize}?${query}`,
    transaction: {
      response_type: 'code',
      state,
      nonce,
      code_verifier,
      scope,
      audience,
      ...(redirectUri && { redirect_uri: redirectUri }),
      ...(organization && { organization }),
    },
  }
}
