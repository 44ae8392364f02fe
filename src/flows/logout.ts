import { goTo } from '../browser/location.ts'
import { type ResolvedOptions, requireConfiguration } from '../options.ts'
import { modernLogoutOptions } from '../options-v1.ts'
import { logoutUrl } from '../protocol/logout-url.ts'
import type { Session } from '../session/session.ts'
import type { LogoutOptions, LogoutUrlOptions } from '../types/authorization.ts'

interface LogoutParts {
  options: ResolvedOptions
  session: Pick<Session, 'end'>
}

/** Forgets everything here first, and only then leaves for the tenant to end its session too. */
export const logout = async (
  { options, session }: LogoutParts,
  given: LogoutOptions = {},
): Promise<void> => {
  requireConfiguration(options)
  const call = modernLogoutOptions(given, options.isLegacyStyle)
  await session.end(call.clientId)
  const leave = call.openUrl ?? call.onRedirect
  if (leave === false) return
  const url = logoutUrl(options, call)
  if (typeof leave === 'function') await leave(url)
  else goTo(url)
}

/** Where `logout` would go, as 1.x offered it. */
export const buildLogoutUrl = (options: ResolvedOptions, given: LogoutUrlOptions = {}): string => {
  requireConfiguration(options)
  return logoutUrl(options, modernLogoutOptions(given, options.isLegacyStyle))
}
