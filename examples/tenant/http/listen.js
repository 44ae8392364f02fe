import { createServer } from 'node:http'

/** @typedef {import('node:http').RequestListener} RequestListener */
/** @typedef {import('node:http').Server} Server */

const HIGHEST_PORT = 65_535

/**
 * @param {RequestListener} onRequest
 * @param {string} host
 * @param {number} port
 * @returns {Promise<Server>}
 */
const openServer = (onRequest, host, port) =>
  new Promise((resolve, reject) => {
    const server = createServer(onRequest)
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

/** @param {unknown} error */
const codeOf = error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * `localhost` resolves to 127.0.0.1 in some clients and to ::1 in others, so both are served, on
 * the same port and on no other network interface. A machine without IPv6 gets the first only.
 *
 * @param {RequestListener} onRequest
 * @param {string} hostname
 * @param {number} port
 */
const openAll = async (onRequest, hostname, port) => {
  const first = await openServer(onRequest, hostname === 'localhost' ? '127.0.0.1' : hostname, port)
  if (hostname !== 'localhost') return [first]
  try {
    return [first, await openServer(onRequest, '::1', portOf(first))]
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') return [first]
    await closeServer(first)
    throw error
  }
}

/**
 * Listens on the preferred port, or on the next free one above it; 0 means any free port.
 *
 * @param {{ onRequest: RequestListener, hostname: string, port: number }} parts
 * @returns {Promise<{ port: number, close(): Promise<void> }>}
 */
export const listen = async ({ onRequest, hostname, port }) => {
  for (let candidate = port; candidate <= HIGHEST_PORT; candidate += port === 0 ? 0 : 1) {
    try {
      const servers = await openAll(onRequest, hostname, candidate)
      return {
        port: servers[0] ? portOf(servers[0]) : candidate,
        close: async () => {
          await Promise.all(servers.map(closeServer))
        },
      }
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`No free port at or above ${port} on ${hostname}.`)
}
