/**
 * Options of a token exchange (RFC 8693 section 2.1). Other members are sent to the tenant as
 * parameters, objects as JSON; they cannot replace `client_id` or `grant_type`.
 */
export type CustomTokenExchangeOptions = {
  /**
   * The type of `subject_token`: a URI that the tenant has a profile for, such as
   * `urn:acme:legacy-token`.
   */
  subject_token_type: string
  /** The token to exchange; it represents the user (RFC 8693 section 2.1). */
  subject_token: string
  /** The API that the access token is for. Default: the audience of the client. */
  audience?: string | undefined
  /** Scopes separated by spaces, in addition to those of the client. */
  scope?: string | undefined
  /**
   * The id (`org_…`) or name of an organization; the ID token must contain the same one. Default: the
   * organization of the client.
   */
  organization?: string | undefined
  /** A token of the party that acts for the user (RFC 8693 section 1.1). */
  actor_token?: string | undefined
  /** The type of `actor_token`: a URI. */
  actor_token_type?: string | undefined
  /** Further parameters, which an Action of the tenant can read. */
  [key: string]: unknown
}
