import type { User as UserClaims } from './types/identity.ts'

/** What an authorization response brings. */
export const ResponseType = { Code: 'code', ConnectCode: 'connect_code' } as const
export type ResponseType = (typeof ResponseType)[keyof typeof ResponseType]

/** The person who is signed in, as `getUser` gives it. */
export const User = class {} as new () => UserClaims
export type User = UserClaims
