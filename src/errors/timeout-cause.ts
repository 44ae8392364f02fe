import { TimeoutError } from './core.ts'

/** The cause of a `TimeoutError`: what was waited for, how long, and the option that allows more. */
export const timeoutCause = (
  what: string,
  timeoutMs: number,
  option: string,
): { cause: Error } => ({
  cause: new Error(`${what}: no result in ${timeoutMs / 1000} s, see \`${option}\``),
})

/** The error of a request that takes too long, with the message of auth0-spa-js. */
export const fetchTimeout = (url: string, timeoutMs: number): TimeoutError =>
  new TimeoutError(
    "Timeout when executing 'fetch'",
    timeoutCause(url, timeoutMs, 'httpTimeoutInSeconds'),
  )

/** The error of a wait for a lock. */
export const lockTimeout = (name: string, waitMs: number): TimeoutError =>
  new TimeoutError(
    undefined,
    timeoutCause(`Lock ${name}, held by another call or tab`, waitMs, 'timeoutInSeconds'),
  )
