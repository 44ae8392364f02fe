/**
 * The parameter `max_age` in seconds (OpenID Connect Core section 3.1.2.1), 0 included; `undefined`
 * if it is not set, or is not a number of seconds.
 */
export const maxAgeSecondsOf = (maxAge: unknown): number | undefined => {
  const seconds = typeof maxAge === 'string' ? Number.parseInt(maxAge, 10) : maxAge
  return Number.isFinite(seconds) && Number(seconds) >= 0 ? Number(seconds) : undefined
}
