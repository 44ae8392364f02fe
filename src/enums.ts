import type { User as UserClaims } from './types/identity.ts'

/** What an authorization response brings. */
export const ResponseType = {
  /** A code to be exchanged for tokens. */
  Code: 'code',
  /** A code that connects an account; not supported so far. */
  ConnectCode: 'connect_code',
} as const
export type ResponseType = (typeof ResponseType)[keyof typeof ResponseType]
export declare namespace ResponseType {
  /** The type of `ResponseType.Code`. */
  type Code = 'code'
  /** The type of `ResponseType.ConnectCode`. */
  type ConnectCode = 'connect_code'
}

/** Whether refresh tokens outlive the tenant's session. Only `offline` is supported so far. */
export const RefreshTokenMode = {
  /** They outlive it: the user stays signed in until they expire or are revoked. */
  Offline: 'offline',
  /** They end with it; not supported so far. */
  Online: 'online',
} as const
export type RefreshTokenMode = (typeof RefreshTokenMode)[keyof typeof RefreshTokenMode]

/** The type `User` as a value, as auth0-spa-js exports it. */
export const User = class {} as new () => UserClaims
/**
 * The person who is signed in, as `getUser` gives it.
 *
 * @inlineType UserClaims
 */
export type User = UserClaims
