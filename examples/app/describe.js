/** @param {number} milliseconds */
export const describeDuration = milliseconds =>
  milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`

/**
 * @param {number} count
 * @param {string} noun in the singular
 */
export const describeCount = (count, noun) => {
  if (count === 0) return `no ${noun}`
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}

/**
 * @param {number} requests
 * @param {number} ms
 */
export const describeRequests = (requests, ms) =>
  `${describeCount(requests, 'request')} · ${describeDuration(ms)}`

/** @param {number} seconds */
export const describeAge = seconds => {
  if (seconds < 1) return 'just now'
  return seconds < 60 ? `${Math.floor(seconds)} s ago` : `${Math.floor(seconds / 60)} min ago`
}

/** @param {number} epochSeconds */
export const describeTime = epochSeconds =>
  new Date(epochSeconds * 1000).toLocaleTimeString([], { timeStyle: 'medium' })

/** @param {number} seconds */
export const describeCountdown = seconds => {
  const left = Math.max(0, Math.ceil(seconds))
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor((left % 3600) / 60)
  const rest = String(left % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
