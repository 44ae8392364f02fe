const RESERVED =
  /^(client_(id|secret)|response_(type|mode)|state|nonce|code(_verifier|_challenge(_method)?)?|grant_type|refresh_token|request(_uri)?|dpop_jkt)$/

/**
 * Whether the SDK sets this parameter itself. Values of the application are not sent, neither to the
 * authorization endpoint nor to the token endpoint: `state`, `nonce` and PKCE protect the response,
 * `request` or `request_uri` would replace them (RFC 9101 section 5), and a page cannot keep a
 * `client_secret`.
 */
export const isReservedParameter = (name: string): boolean => RESERVED.test(name)
