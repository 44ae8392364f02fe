import type { User as UserClaims } from './types/identity.ts'

/** What an authorization response brings. */
export const ResponseType = { Code: 'code', ConnectCode: 'connect_code' } as const
export type ResponseType = (typeof ResponseType)[keyof typeof ResponseType]
export declare namespace ResponseType {
  type Code = 'code'
  type ConnectCode = 'connect_code'
}

/** Whether refresh tokens outlive the tenant's session. Only `offline` is supported so far. */
export const RefreshTokenMode = { Offline: 'offline', Online: 'online' } as const
export type RefreshTokenMode = (typeof RefreshTokenMode)[keyof typeof RefreshTokenMode]

/** The person who is signed in, as `getUser` gives it. */
export const User = class {} as new () => UserClaims
export type User = UserClaims
