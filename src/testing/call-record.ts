import type { Auth0Client } from '../index.ts'

/** The methods of a client. */
export type ClientMethod = keyof {
  [Name in keyof Auth0Client as Auth0Client[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: true
}

/** A call of the application. */
export type TestCall = {
  [Name in ClientMethod]: {
    /** The name of the method. */
    method: Name
    /** Its arguments. */
    args: Parameters<Auth0Client[Name]>
  }
}[ClientMethod]

/** The methods that return no promise. */
const SYNCHRONOUS: readonly string[] = ['buildLogoutUrl', 'getConfiguration', 'close']

type Method = (...args: unknown[]) => unknown

interface RecordParts {
  calls: TestCall[]
  /** Runs before an asynchronous method, and rejects if the call is to fail. */
  beforeCall: (method: ClientMethod) => Promise<void>
  /** Throws if the call of a synchronous method is to fail. */
  throwFailure: (method: ClientMethod) => void
}

/** The same methods, recording each call before it runs. */
export const recordCalls = <Methods extends object>(
  methods: Methods,
  { calls, beforeCall, throwFailure }: RecordParts,
): Methods => {
  const recorded = Object.entries(methods as Record<ClientMethod, Method>).map(([name, run]) => {
    const method = name as ClientMethod
    const record = (args: unknown[]): void => {
      calls.push({ method, args } as TestCall)
    }
    if (SYNCHRONOUS.includes(name)) {
      const runNow: Method = (...args) => {
        record(args)
        throwFailure(method)
        return run(...args)
      }
      return [name, runNow]
    }
    const runLater: Method = async (...args) => {
      record(args)
      await beforeCall(method)
      return run(...args)
    }
    return [name, runLater]
  })
  return Object.fromEntries(recorded)
}
