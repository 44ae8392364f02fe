import type { Auth0Client } from '../index.ts'

/** The methods of a client. */
export type ClientMethod = keyof {
  [Name in keyof Auth0Client as Auth0Client[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: true
}

/** What the application called, and with what. */
export type TestCall = {
  [Name in ClientMethod]: {
    /** The name of the method. */
    method: Name
    /** What it was called with. */
    args: Parameters<Auth0Client[Name]>
  }
}[ClientMethod]

interface RecordParts {
  calls: TestCall[]
  /** The error that this call is to fail with, if any. */
  failure: (method: ClientMethod) => Error | undefined
}

/** The two that answer at once. */
const SYNCHRONOUS: ClientMethod[] = ['buildLogoutUrl', 'getConfiguration']

/** The same methods, which note each call first and fail when they are told to. */
export const recordCalls = <Methods extends object>(
  methods: Methods,
  { calls, failure }: RecordParts,
): Methods => {
  const recorded = Object.entries(methods).map(([name, method]) => {
    const record = (...args: unknown[]): unknown => {
      calls.push({ method: name, args } as TestCall)
      const error = failure(name as ClientMethod)
      if (!error) return method(...args)
      if (SYNCHRONOUS.includes(name as ClientMethod)) throw error
      return Promise.reject(error)
    }
    return [name, record]
  })
  return Object.fromEntries(recorded)
}
