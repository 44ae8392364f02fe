import { createApi } from '../../../examples/api/create-api.js'
import { listen } from '../../../examples/tenant/http/listen.js'
import { APP } from './browser.js'

export const AUDIENCE = 'https://api.example.com/'

/**
 * Starts the example API for the tokens of a tenant.
 *
 * @param {import('./browser.js').Tenant} tenant
 * @param {Partial<Parameters<typeof createApi>[0]>} [options]
 */
export const startApi = async ({ issuer }, options) => {
  const api = createApi({ issuer, audience: AUDIENCE, origins: [APP], ...options })
  const { port, close } = await listen({ hostname: 'localhost', port: 0, onRequest: api })
  const url = `http://localhost:${port}`

  /**
   * @param {string} path
   * @param {Record<string, string>} [headers]
   * @param {RequestInit} [init]
   */
  const ask = async (path, headers, init) => {
    const response = await fetch(url + path, { ...init, headers: { origin: APP, ...headers } })
    return {
      status: response.status,
      body: /** @type {Record<string, unknown>} */ (await response.json()),
      challenge: response.headers.get('www-authenticate'),
      nonce: response.headers.get('dpop-nonce') ?? undefined,
      headers: response.headers,
    }
  }

  return { url, close, ask, settings: api.settings, dpopNonces: api.dpopNonces }
}

/** @typedef {Awaited<ReturnType<typeof startApi>>} RunningApi */
