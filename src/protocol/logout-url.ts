import type { LogoutUrlOptions } from '../types/authorization.ts'
import { formEncode } from './parameters.ts'

/**
 * The address that ends the session at the tenant. `federated` is a bare name at the very end,
 * and `clientId: null` names no client.
 */
export const logoutUrl = (
  options: { clientId: string; endpoints: { logout: string }; telemetry: { parameter: string } },
  { clientId = options.clientId, logoutParams }: LogoutUrlOptions,
): string => {
  const { federated, ...params } = logoutParams ?? {}
  const query = formEncode({ ...(clientId !== null && { client_id: clientId }), ...params })
  const telemetry = formEncode({ auth0Client: options.telemetry.parameter })
  return `${options.endpoints.logout}?${query}&${telemetry}${federated ? '&federated' : ''}`
}
