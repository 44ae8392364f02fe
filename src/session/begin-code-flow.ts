import {
  type AuthorizationRequest,
  type AuthorizationRequestOptions,
  type AuthorizationRequestParts,
  authorizationRequest,
} from '../protocol/authorization-request.ts'
import type { Server } from '../protocol/server-metadata.ts'

interface BeginParts {
  options: AuthorizationRequestOptions
  server: Server
  /** The key that tokens are bound to, with DPoP. */
  loadDpop:
    | (() => Promise<{ thumbprint(login?: { isForNextPage: boolean }): Promise<string> }>)
    | undefined
}

/**
 * Begins the authorization code flow (RFC 6749 section 4.1) for a redirect, a popup or an iframe:
 * the URL to open and the transaction to remember.
 */
export const beginCodeFlow = async (
  { options, server, loadDpop }: BeginParts,
  request: Omit<AuthorizationRequestParts, 'dpop_jkt'>,
): Promise<AuthorizationRequest> => {
  const isForNextPage = request.responseMode === 'query'
  return authorizationRequest(options, await server(), {
    ...request,
    dpop_jkt: await (await loadDpop?.())?.thumbprint({ isForNextPage }),
  })
}
