const OWN =
  /^(client_(id|secret)|response_(type|mode)|state|nonce|code(_verifier|_challenge(_method)?)?|grant_type|refresh_token|request(_uri)?|dpop_jkt)$/

/**
 * Whether a parameter is one by which the protocol protects itself. Those of an application are
 * not sent, neither to the login page nor in a token request: `state`, `nonce` and the like are
 * made here, a `request` or `request_uri` would replace them all (RFC 9101 section 5), and a page
 * can keep no `client_secret`.
 */
export const isOwnParameter = (name: string): boolean => OWN.test(name)
