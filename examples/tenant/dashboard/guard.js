import { isSameSecret } from '../http/same-secret.js'

/** @typedef {import('koa').Context} Context */

/**
 * The `Host` values of this tenant. IP addresses are safe, because DNS rebinding needs a name.
 *
 * @param {string} url
 */
const hostsOf = url => {
  const { host, hostname, port } = new URL(url)
  return new Set(hostname === 'localhost' ? [host, `127.0.0.1:${port}`, `[::1]:${port}`] : [host])
}

/**
 * Protects the dashboard from other sites that are open in the same browser. They cannot read it
 * (no CORS headers, and `Host` must be the tenant's, against DNS rebinding) and cannot send its
 * actions (these require a key that only the page has).
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
