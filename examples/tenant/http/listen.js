import { createServer } from 'node:http'
import { createHostCheck } from './host-check.js'

/** @typedef {import('node:http').RequestListener} RequestListener */
/** @typedef {import('node:http').Server} Server */

const HIGHEST_PORT = 65_535

/**
 * @typedef {object} Listening
 * @property {RequestListener} onRequest
 * @property {string} hostname
 * @property {boolean} [keepAlive] whether a connection may be used for more than one request
 * @property {readonly string[]} [allowedHosts] host names that requests may name beside `hostname` and
 *   the names of this machine
 */

/**
 * Answers a request itself if its `Host` is not allowed.
 *
 * @param {Pick<Listening, 'onRequest' | 'hostname' | 'allowedHosts'>} listening
 * @returns {RequestListener}
 */
const checkHost = ({ onRequest, hostname, allowedHosts = [] }) => {
  const isAllowed = createHostCheck([hostname, ...allowedHosts])
  return (request, response) => {
    if (isAllowed(request.headers.host)) return onRequest(request, response)
    response.writeHead(403, { 'Content-Type': 'text/plain' })
    return response.end('This host name is not allowed here. Add it to the allowed hosts.\n')
  }
}

/**
 * @param {Listening} listening `hostname` is an address
 * @param {number} port
 * @returns {Promise<Server>}
 */
const openServer = ({ onRequest, hostname: host, keepAlive = true }, port) =>
  new Promise((resolve, reject) => {
    const server = createServer(onRequest)
    if (!keepAlive) server.maxRequestsPerSocket = 1
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })

/** @param {Server} server */
const closeServer = server =>
  new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })

/** @param {Server} server */
const portOf = server => {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** The requested port is in use and no other is allowed. */
export class PortBusyError extends Error {
  /** @override */
  name = 'PortBusyError'

  /** @param {number} port */
  constructor(port) {
    super(`Port ${port} is busy. Stop the program that uses it, or choose another port.`)
  }
}

/** @param {unknown} error */
const codeOf = error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * `localhost` resolves to 127.0.0.1 in some clients and to ::1 in others, so both are served, on
 * the same port and on no other network interface. A machine without IPv6 gets the first only.
 *
 * @param {Listening} listening
 * @param {number} port
 */
const openAll = async (listening, port) => {
  if (listening.hostname !== 'localhost') return [await openServer(listening, port)]
  const first = await openServer({ ...listening, hostname: '127.0.0.1' }, port)
  try {
    return [first, await openServer({ ...listening, hostname: '::1' }, portOf(first))]
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') return [first]
    await closeServer(first)
    throw error
  }
}

/**
 * Listens on the preferred port or, unless `strictPort` is set, on the next free port above it; 0
 * means any free port. Requests to other host names than those of this machine are refused.
 *
 * @param {Listening & { port: number, strictPort?: boolean }} parts
 * @returns {Promise<{ port: number, close(): Promise<void> }>}
 */
export const listen = async ({ port, strictPort = false, ...listening }) => {
  const onRequest = checkHost(listening)
  for (let candidate = port; candidate <= HIGHEST_PORT; candidate += port === 0 ? 0 : 1) {
    try {
      const servers = await openAll({ ...listening, onRequest }, candidate)
      return {
        port: servers[0] ? portOf(servers[0]) : candidate,
        close: async () => {
          await Promise.all(servers.map(closeServer))
        },
      }
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
      if (strictPort) {
        throw new PortBusyError(candidate)
      }
    }
  }
  throw new Error(`No free port at or above ${port} on ${listening.hostname}.`)
}
