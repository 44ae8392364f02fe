export { listen, PortBusyError } from './http/listen.js'
export { createDefaultUser } from './settings/default-user.js'
export { startTenant } from './start-tenant.js'
