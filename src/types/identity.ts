/** Claims that say who acts on behalf of the user (RFC 8693 section 4.1). */
export interface ActClaim {
  /** Who acts. */
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

interface ProfileClaims {
  /** The full name, as it is shown. */
  name?: string
  /** Given names, or the first one. */
  given_name?: string
  /** Family names. */
  family_name?: string
  /** Middle names. */
  middle_name?: string
  /** A casual name. */
  nickname?: string
  /** The name by which the person wants to be called; not unique. */
  preferred_username?: string
  /** The address of a page about the person. */
  profile?: string
  /** The address of a picture. */
  picture?: string
  /** The address of the person's own site. */
  website?: string
  /** The e-mail address; `email_verified` says whether it is theirs. */
  email?: string
  /** Whether the tenant has made sure that the e-mail address is the person's. */
  email_verified?: boolean
  /** The gender, in words of the person's own. */
  gender?: string
  /** `YYYY-MM-DD`, or the year alone; the year may be `0000`. */
  birthdate?: string
  /** The time zone, such as `Europe/Paris`. */
  zoneinfo?: string
  /** The language, such as `fr-CA`. */
  locale?: string
  /** The telephone number, best as `+1 (425) 555-1212`. */
  phone_number?: string
  /** Whether the tenant has made sure that the number is the person's. */
  phone_number_verified?: boolean
  /** The postal address. */
  address?: string
  /** When these claims last changed. */
  updated_at?: string
  /** Who acts on behalf of this person, if somebody does. */
  act?: ActClaim
}

/** All claims of the ID token (OpenID Connect Core section 2), and the token itself. */
export interface IdToken extends ProfileClaims {
  /** The ID token as it was received. */
  __raw: string
  /** Who issued the token: the tenant. */
  iss?: string
  /** Whom the token is for: the client's id. */
  aud?: string
  /** When the token expires, in seconds since the epoch; the session may go on. */
  exp?: number
  /** When the token begins to count, in seconds since the epoch. */
  nbf?: number
  /** When the token was issued, in seconds since the epoch. */
  iat?: number
  /** The token's own id. */
  jti?: string
  /** The client that asked for the token, where it is for several. */
  azp?: string
  /** What ties the token to the login that asked for it. */
  nonce?: string
  /** When the person last gave proof of who they are. */
  auth_time?: string
  /** A hash of the access token that came along. */
  at_hash?: string
  /** A hash of the code that the token came with. */
  c_hash?: string
  /** The class of authentication that the login satisfied. */
  acr?: string
  /** How the person signed in, such as `mfa`. */
  amr?: string[]
  /** The key of a token that its subject issued. */
  sub_jwk?: string
  /** The key that the bearer has to show. */
  cnf?: string
  /** The id of the session at the tenant. */
  sid?: string
  /** The id of the organization signed in to. */
  org_id?: string
  /** The name of the organization signed in to, in lower case. */
  org_name?: string
  /** When the session ends whatever is renewed, in seconds since the epoch. */
  session_expiry?: number
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

/** The person: the claims of the ID token without those that serve the protocol alone. */
export interface User extends ProfileClaims {
  /** Who it is: the id of the user at the tenant. */
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}
