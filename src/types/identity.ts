/** The party that acts on behalf of the user (RFC 8693 section 4.1). */
export interface ActClaim {
  /** The subject of the acting party. */
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

interface ProfileClaims {
  /** The full name, for display. */
  name?: string
  /** Given names, or the first one. */
  given_name?: string
  /** Family names. */
  family_name?: string
  /** Middle names. */
  middle_name?: string
  /** A casual name. */
  nickname?: string
  /** The name that the user prefers; not unique. */
  preferred_username?: string
  /** The URL of a profile page. */
  profile?: string
  /** The URL of a picture. */
  picture?: string
  /** The URL of the user's website. */
  website?: string
  /** The e-mail address; see `email_verified`. */
  email?: string
  /** Whether the tenant has verified the e-mail address. */
  email_verified?: boolean
  /** The gender. */
  gender?: string
  /** `YYYY-MM-DD`, or the year alone; the year may be `0000`. */
  birthdate?: string
  /** The time zone, such as `Europe/Paris`. */
  zoneinfo?: string
  /** The language, such as `fr-CA`. */
  locale?: string
  /** The telephone number, best as `+1 (425) 555-1212`. */
  phone_number?: string
  /** Whether the tenant has verified the telephone number. */
  phone_number_verified?: boolean
  /** The postal address. */
  address?: string
  /** When these claims last changed. */
  updated_at?: string
  /** The party that acts on behalf of the user, if there is one. */
  act?: ActClaim
}

/** All claims of the ID token (OpenID Connect Core section 2), and the token itself. */
export interface IdToken extends ProfileClaims {
  /** The ID token as it was received. */
  __raw: string
  /** The issuer: the tenant. */
  iss?: string
  /** The audience: the client id. */
  aud?: string
  /** When the token expires, in seconds since the epoch; the session may last longer. */
  exp?: number
  /** When the token becomes valid, in seconds since the epoch. */
  nbf?: number
  /** When the token was issued, in seconds since the epoch. */
  iat?: number
  /** The id of the token. */
  jti?: string
  /** The client that the token was issued to, if it has several audiences. */
  azp?: string
  /** Binds the token to the authorization request. */
  nonce?: string
  /** When the user last authenticated. */
  auth_time?: string
  /** A hash of the access token. */
  at_hash?: string
  /** A hash of the code. */
  c_hash?: string
  /** The class of authentication that the login satisfied. */
  acr?: string
  /** The authentication methods, such as `mfa`. */
  amr?: string[]
  /** The key of a self-issued token. */
  sub_jwk?: string
  /** The key that the token is bound to. */
  cnf?: string
  /** The id of the session at the tenant. */
  sid?: string
  /** The id of the organization. */
  org_id?: string
  /** The name of the organization, in lower case. */
  org_name?: string
  /** When the session ends even if its tokens are renewed, in seconds since the epoch. */
  session_expiry?: number
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

/** The user: the claims of the ID token without those of the protocol. */
export interface User extends ProfileClaims {
  /** The id of the user at the tenant. */
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}
