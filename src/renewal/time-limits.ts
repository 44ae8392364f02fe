/**
 * How much longer the response to a refresh token is waited for than the caller waits: aborting a
 * request that the server has yet to process would leave a used token behind.
 */
export const EXTRA_WAIT_MS = 30_000

/** How long the holder of a lock can take at most: two refreshes, an iframe, its code, and keys. */
export const longestRenewalMs = (options: {
  authorizeTimeoutMs: number
  httpTimeoutMs: number
}): number =>
  2 * (options.httpTimeoutMs + EXTRA_WAIT_MS) +
  options.authorizeTimeoutMs +
  6 * options.httpTimeoutMs
