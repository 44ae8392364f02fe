import { isSameSecret } from '../http/same-secret.js'

/** @typedef {import('koa').Context} Context */

/**
 * The names this tenant goes by. An address in figures cannot be made to point elsewhere, so it is
 * safe where the tenant listens on it.
 *
 * @param {string} url
 */
const hostsOf = url => {
  const { host, hostname, port } = new URL(url)
  return new Set(hostname === 'localhost' ? [host, `127.0.0.1:${port}`, `[::1]:${port}`] : [host])
}

/**
 * Who may use the dashboard. It lists what users did, on a developer's machine whose browser also
 * visits other sites: they may neither read it (no CORS, and the name must be the tenant's, or any
 * site could point its own name here: DNS rebinding) nor press its buttons (a key that only the
 * page has).
 *
 * @param {{ url: string, key: string }} parts
 */
export const createGuard = ({ url, key }) => {
  const hosts = hostsOf(url)

  /** @param {Context} ctx */
  const isOwnOrigin = ctx => {
    const origin = ctx.get('Origin')
    return origin === '' || origin === `http://${ctx.get('Host').toLowerCase()}`
  }

  return {
    /** @param {Context} ctx */
    isOwnHost: ctx => hosts.has(ctx.get('Host').toLowerCase()),

    /**
     * A request of the dashboard's own page, or of a program without a browser.
     *
     * @param {Context} ctx
     */
    isOwnPage: ctx =>
      ['', 'same-origin', 'none'].includes(ctx.get('Sec-Fetch-Site')) && isOwnOrigin(ctx),

    /** @param {Context} ctx */
    hasKey: ctx => isSameSecret(ctx.get('X-Dashboard-Key'), key),
  }
}

/** @typedef {ReturnType<typeof createGuard>} Guard */
