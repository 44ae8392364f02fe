/** @typedef {import('../../tokens/snapshots.js').FamilySnapshot} FamilySnapshot */
/** @typedef {import('../../tokens/snapshots.js').TokenSnapshot} TokenSnapshot */

/** @type {Record<string, string>} why a token or a family ended, after "revoked: " and the like */
const REASONS = {
  rotated: 'exchanged for the next one',
  reuse: 'a spent token was used again',
  revocation_endpoint: 'revoked by the application',
  device_credentials: 'revoked through the management API',
  dashboard: 'revoked on this page',
  migration: 'replaced when rotation was switched',
  cap: 'too many active tokens of one user',
  absolute_lifetime: 'its lifetime is over',
  idle_lifetime: 'not used for too long',
  session_ended: 'the session of the tenant has ended',
}

/** @param {string | undefined} reason */
export const describeReason = reason => (reason ? (REASONS[reason] ?? reason) : '')

/** @param {number} ms */
export const clockTime = ms =>
  new Date(ms).toLocaleTimeString([], { timeStyle: 'medium', hourCycle: 'h23' })

/** @type {readonly [number, string][]} */
const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/**
 * Formats a duration in its largest unit.
 *
 * @param {number} seconds
 */
export const approximateDuration = seconds => {
  const whole = Math.max(0, Math.round(seconds))
  const [size, unit] = UNITS.find(([each]) => whole >= each * 2) ?? [1, 's']
  return `${Math.round(whole / size)} ${unit}`
}

/**
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * Describes a token as text, for users who cannot see the drawing.
 *
 * @param {TokenSnapshot} token
 */
export const describeToken = token => {
  const { reason, uses, rotating, withinLeeway, status, endedAtMs } = token
  const parts = []
  if (withinLeeway) parts.push('issued within the leeway: its predecessor was used twice')
  if (!rotating) parts.push('may be used again and again')
  if (!rotating && uses > 0) parts.push(`used ${plural(uses, 'time')}`)
  if (reason && reason !== 'rotated') parts.push(describeReason(reason))
  // When a token was spent is when its successor was issued, on the next line.
  if (endedAtMs !== undefined && status !== 'spent') parts.push(clockTime(endedAtMs))
  return parts.join(' · ')
}
