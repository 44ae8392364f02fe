import { generateKeyPairSync } from 'node:crypto'
import { startTenant as start } from '../../examples/tenant/start-tenant.js'

/** @type {import('node:crypto').KeyObject | undefined} */
let signingKey

/**
 * Starts a tenant of a test's own. The first RSA keys of all tenants in a process are the same,
 * because creating one takes longer than most tests; their key ids differ.
 *
 * @param {import('../../examples/tenant/start-tenant.js').TenantOptions} [options]
 */
export const startTenant = (options = {}) => {
  const { signingAlg = 'RS256' } = options
  if (!/^[RP]S/.test(signingAlg)) return start(options)
  signingKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return start({ signingKey, ...options })
}
