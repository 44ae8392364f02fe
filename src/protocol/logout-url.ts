import type { LogoutUrlOptions } from '../types/authorization.ts'
import { formEncode } from './parameters.ts'

/**
 * The address that ends the session at the tenant. `federated` is a bare name at the very end,
 * and `clientId: null` names no client.
 */
export const logoutUrl = (
  endpoint: string,
  { clientId, logoutParams }: LogoutUrlOptions,
  telemetryParameter: string,
): string => {
  const { federated, ...params } = logoutParams ?? {}
  const query = formEncode({ ...(clientId !== null && { client_id: clientId }), ...params })
  const telemetry = formEncode({ auth0Client: telemetryParameter })
  return `${endpoint}?${query}&${telemetry}${federated ? '&federated' : ''}`
}
