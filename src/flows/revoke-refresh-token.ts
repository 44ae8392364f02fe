import { ownMembers } from '../own-members.ts'
import { checkRevocation, revocationRequest } from '../protocol/revocation-endpoint.ts'
import { DEFAULT_AUDIENCE } from '../protocol/scopes.ts'
import type { RevokeRefreshTokenOptions } from '../types/authorization.ts'
import type { Core, TokenRuntime } from './core-interface.ts'

/**
 * Revokes the refresh tokens of an audience one after the other, under the lock, so that none of them
 * is in use. Access tokens stay; the first failure stops.
 */
export const revokeRefreshToken = async (
  { options, server, tokenStore }: Core,
  { http, lock, refreshTokens }: Pick<TokenRuntime, 'http' | 'lock' | 'refreshTokens'>,
  call?: RevokeRefreshTokenOptions,
): Promise<void> => {
  if (!options.useRefreshTokens) return
  const audience =
    ownMembers(call).audience ||
    (options.authorizationParams.audience as string) ||
    DEFAULT_AUDIENCE
  const metadata = await server()
  await lock.run(audience, write =>
    write(async () => {
      const entries = await tokenStore.load()
      const ofAudience = entries.all().filter(({ slot }) => slot.audience === audience)
      for (const token of new Set(ofAudience.map(({ body }) => body.refresh_token))) {
        if (!token) continue
        checkRevocation(await http(revocationRequest(token, metadata, options)))
        await refreshTokens.remove(entries, token)
      }
    }),
  )
}
