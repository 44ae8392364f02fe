import { goTo } from '../browser/location.ts'
import { type ResolvedOptions, requireConfiguration } from '../options.ts'
import { logoutUrl } from '../protocol/logout-url.ts'
import type { Session } from '../session/session.ts'
import type { LogoutOptions } from '../types/authorization.ts'
import { modernLogoutOptions } from '../v1-options.ts'

interface LogoutParts {
  options: ResolvedOptions
  session: Pick<Session, 'end'>
}

/** Forgets everything here first, and only then leaves for the tenant to end its session too. */
export const logout = async (
  { options, session }: LogoutParts,
  call: LogoutOptions = {},
): Promise<void> => {
  requireConfiguration(options)
  const { openUrl, onRedirect, clientId, logoutParams } = modernLogoutOptions(
    call,
    options.isLegacyStyle,
  )
  await session.end(clientId)
  const leave = openUrl ?? onRedirect
  if (leave === false) return
  const url = logoutUrl(
    options.endpoints.logout,
    {
      clientId: clientId === undefined ? options.clientId : clientId,
      logoutParams: logoutParams ?? {},
    },
    options.telemetry.parameter,
  )
  if (typeof leave === 'function') await leave(url)
  else goTo(url)
}
