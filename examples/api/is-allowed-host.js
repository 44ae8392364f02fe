/** The names of this machine. */
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Whether a request was sent to this machine by one of its names. A site can let its own name resolve
 * to 127.0.0.1, and its pages then read the API as if it were theirs (DNS rebinding): only the `Host`
 * header shows the difference.
 *
 * @param {string | undefined} host the header
 * @param {readonly string[]} names further names that are allowed
 */
export const isAllowedHost = (host, names) => {
  const url = `http://${host ?? ''}`
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return LOOPBACK.test(hostname) || names.includes(hostname)
}
