import type { MaybePromise } from '../types/storage.ts'

/**
 * What is known of an authorization server, with the names of RFC 8414 section 2 and OpenID Connect
 * Discovery 1.0 section 3.
 */
export interface ServerMetadata {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  jwks_uri: string
  revocation_endpoint: string
  end_session_endpoint: string
}

/** The metadata of the client's authorization server: at once, or after a request for them. */
export type Server = () => MaybePromise<ServerMetadata>

/** The metadata of an Auth0 tenant. No other file contains a path of Auth0's endpoints. */
export const auth0Metadata = ({
  baseUrl,
  issuer,
}: {
  /** Scheme, host and perhaps a path, without a slash at the end. */
  baseUrl: string
  issuer: string
}): ServerMetadata => ({
  issuer,
  authorization_endpoint: `${baseUrl}/authorize`,
  token_endpoint: `${baseUrl}/oauth/token`,
  jwks_uri: `${baseUrl}/.well-known/jwks.json`,
  revocation_endpoint: `${baseUrl}/oauth/revoke`,
  end_session_endpoint: `${baseUrl}/v2/logout`,
})
