import { PARAMETERS, readValues } from '../option-types.ts'
import { requireConfiguration } from '../options.ts'
import { checkRevocation, revocationRequest } from '../protocol/revocation-endpoint.ts'
import { DEFAULT_AUDIENCE } from '../protocol/scopes.ts'
import { longestRenewalMs } from '../renewal/time-limits.ts'
import type { SessionTurns } from '../session/session-turns.ts'
import type { TokenEntries } from '../storage/token-entries.ts'
import type { RevokeRefreshTokenOptions } from '../types/authorization.ts'
import type { Core, TokenRuntime } from './core-interface.ts'

interface RevocationParts extends Pick<TokenRuntime, 'http' | 'lock' | 'refreshTokens'> {
  turns: Pick<SessionTurns, 'exclusive'>
}

/**
 * Revokes the refresh tokens of an audience one after the other, under the lock, so that none of them
 * is in use. Access tokens stay; the first failure stops. Online refresh tokens are those of the
 * session at the tenant, which ends with them: so after the last one the session ends here as well,
 * unless another one has started.
 */
export const revokeRefreshToken = async (
  { options, server, session, tokenStore }: Core,
  { http, lock, refreshTokens, turns }: RevocationParts,
  call?: RevokeRefreshTokenOptions,
): Promise<void> => {
  if (!options.useRefreshTokens) return
  requireConfiguration(options)
  const audience =
    ((readValues(call, PARAMETERS).audience || options.authorizationParams.audience) as string) ||
    DEFAULT_AUDIENCE
  const metadata = await server()
  const waitMs = longestRenewalMs(options)

  const revoke = async (entries: TokenEntries, token: string): Promise<void> => {
    checkRevocation(await http(revocationRequest(token, metadata, options)))
    await turns.exclusive(async turn => {
      await entries.reload()
      await turn.write(() => refreshTokens.remove(entries, token))
    })
  }

  const number = await lock.run(
    audience,
    async () => {
      const { begun, entries } = await turns.exclusive(async turn => ({
        begun: turn.number,
        entries: await tokenStore.load(),
      }))
      const ofAudience = entries.all().filter(({ slot }) => slot.audience === audience)
      for (const token of new Set(ofAudience.map(({ body }) => body.refresh_token))) {
        if (token) await lock.runWith(token, () => revoke(entries, token), waitMs)
      }
      return begun
    },
    waitMs,
  )
  if (!options.isOnline) return
  const isCurrent = await turns.exclusive(async turn => turn.isCurrent(number))
  if (isCurrent) await session.end('logout')
}
