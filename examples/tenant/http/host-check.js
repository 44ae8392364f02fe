/**
 * The names of this machine. A request from a browser has one of them in `Host` unless it was sent to
 * a name of another site that resolves to this machine.
 */
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * The host name in a `Host` header, in lower case and without a port.
 *
 * @param {string} host
 */
const hostnameOf = host => {
  const url = `http://${host}`
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/**
 * Protects a server on this machine against DNS rebinding: a site can let its own name resolve to
 * 127.0.0.1, and its pages then read the server as if it were theirs. Only `Host` shows the difference.
 * Ports are not compared, because a container or proxy may change them.
 *
 * @param {readonly string[]} names further host names that are allowed, without a port
 * @returns {(host: string | undefined) => boolean} whether the `Host` of a request is allowed
 */
export const createHostCheck = names => {
  const allowed = new Set(names.map(hostnameOf))
  return (host = '') => {
    const hostname = hostnameOf(host)
    return hostname !== '' && (LOOPBACK.test(hostname) || allowed.has(hostname))
  }
}
