import { formEncode } from '../form-encode.ts'
import { ownMembers } from '../own-members.ts'
import type { LogoutUrlOptions } from '../types/authorization.ts'
import type { ServerMetadata } from './server-metadata.ts'

/**
 * The URL that ends the session at the tenant. `federated` is a name without a value at the very
 * end, and `clientId: null` sends no client id.
 */
export const logoutUrl = (
  options: { clientId: string; telemetry: { parameter: string } },
  { end_session_endpoint }: Pick<ServerMetadata, 'end_session_endpoint'>,
  { clientId = options.clientId, logoutParams }: LogoutUrlOptions,
): string => {
  const { federated, ...params } = ownMembers(logoutParams)
  const query = formEncode({ ...(clientId !== null && { client_id: clientId }), ...params })
  const telemetry = formEncode({ auth0Client: options.telemetry.parameter })
  return `${end_session_endpoint}?${query}&${telemetry}${federated ? '&federated' : ''}`
}
