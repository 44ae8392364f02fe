/** Claims that say who acts on behalf of the user (RFC 8693 section 4.1). */
export interface ActClaim {
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

interface ProfileClaims {
  name?: string
  given_name?: string
  family_name?: string
  middle_name?: string
  nickname?: string
  preferred_username?: string
  profile?: string
  picture?: string
  website?: string
  email?: string
  email_verified?: boolean
  gender?: string
  birthdate?: string
  zoneinfo?: string
  locale?: string
  phone_number?: string
  phone_number_verified?: boolean
  address?: string
  updated_at?: string
  act?: ActClaim
}

/** All claims of the ID token (OpenID Connect Core section 2), and the token itself. */
export interface IdToken extends ProfileClaims {
  /** The ID token as it was received. */
  __raw: string
  iss?: string
  aud?: string
  exp?: number
  nbf?: number
  iat?: number
  jti?: string
  azp?: string
  nonce?: string
  auth_time?: string
  at_hash?: string
  c_hash?: string
  acr?: string
  amr?: string[]
  sub_jwk?: string
  cnf?: string
  sid?: string
  org_id?: string
  org_name?: string
  /** When the session ends whatever is renewed, in seconds since the epoch. */
  session_expiry?: number
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}

/** The person: the claims of the ID token without those that serve the protocol alone. */
export interface User extends ProfileClaims {
  sub?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom claims are read without a cast
  [key: string]: any
}
