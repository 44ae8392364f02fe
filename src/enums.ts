import type { User as UserClaims } from './types/identity.ts'

/** What an authorization response contains. */
export const ResponseType = {
  /** A code to be exchanged for tokens. */
  Code: 'code',
  /** A code that connects an account; not supported yet. */
  ConnectCode: 'connect_code',
} as const
export type ResponseType = (typeof ResponseType)[keyof typeof ResponseType]
export declare namespace ResponseType {
  /** The type of `ResponseType.Code`. */
  type Code = 'code'
  /** The type of `ResponseType.ConnectCode`. */
  type ConnectCode = 'connect_code'
}

/** Whether refresh tokens outlive the session at the tenant. */
export const RefreshTokenMode = {
  /** They outlive the session: the user stays signed in until they expire or are revoked. */
  Offline: 'offline',
  /** They end with the session, and are not replaced. Needs `useRefreshTokens` and `useDpop`. */
  Online: 'online',
} as const
export type RefreshTokenMode = (typeof RefreshTokenMode)[keyof typeof RefreshTokenMode]

/** The type `User` as a value, as auth0-spa-js exports it. */
export const User = class {} as new () => UserClaims
/**
 * The user who is signed in, as returned by `getUser`.
 *
 * @inlineType UserClaims
 */
export type User = UserClaims
