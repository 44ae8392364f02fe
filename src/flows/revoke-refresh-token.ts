import type { ResolvedOptions } from '../options.ts'
import { checkRevocation, revocationRequest } from '../protocol/revocation-endpoint.ts'
import { DEFAULT_AUDIENCE } from '../protocol/scopes.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { TokenIntake } from '../token-runtime.ts'
import type { RevokeRefreshTokenOptions } from '../types/authorization.ts'

interface RevokeParts {
  options: ResolvedOptions
  tokenStore: Pick<TokenStore, 'all'>
  loadIntake: () => Promise<Pick<TokenIntake, 'http' | 'refreshTokens' | 'exclusive'>>
}

/**
 * Revokes the refresh tokens of an audience, one after the other, in a turn of its own: none of
 * them is being spent meanwhile. Access tokens stay; the first failure stops.
 */
export const revokeRefreshToken = async (
  { options, tokenStore, loadIntake }: RevokeParts,
  call: RevokeRefreshTokenOptions = {},
): Promise<void> => {
  if (!options.useRefreshTokens) return
  const audience =
    call.audience || (options.authorizationParams.audience as string) || DEFAULT_AUDIENCE
  const { http, refreshTokens, exclusive } = await loadIntake()
  await exclusive.run(audience, change =>
    change(async () => {
      const entries = await tokenStore.all()
      const held = entries.filter(({ slot }) => slot.audience === audience)
      for (const token of new Set(held.map(({ body }) => body.refresh_token))) {
        if (!token) continue
        checkRevocation(await http(revocationRequest(token, options)))
        await refreshTokens.rejected(token)
      }
    }),
  )
}
