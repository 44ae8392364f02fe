/** @typedef {import('../start-tenant.js').Tenant} Tenant */

/** @typedef {{ email: string, password: string }} Person */

/** @param {readonly [string, string | undefined][]} rows */
const table = rows =>
  rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(18)}${value}`)
    .join('\n')

/**
 * The text that the command line prints after the start.
 *
 * @param {{
 *   tenant: Tenant,
 *   users: readonly Person[],
 *   config: string | undefined,
 *   persist: string | undefined,
 * }} parts
 */
export const announce = ({ tenant, users, config, persist }) =>
  table([
    ['Tenant', tenant.url],
    ['Dashboard', `${tenant.url}/dashboard`],
    .../** @type {[string, string][]} */ (
      tenant.clients.map(({ client_id, origins }) => [
        'Client id',
        `${client_id} (${origins.join(', ')})`,
      ])
    ),
    .../** @type {[string, string][]} */ (
      users.map(({ email, password }) => ['Sign in as', `${email} / ${password}`])
    ),
    ['Management token', tenant.managementToken],
    ['Settings from', config],
    ['State file', persist],
  ])
