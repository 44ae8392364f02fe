import { clearDpop } from '../features/dpop/index.ts'
import { requireConfiguration } from '../options.ts'
import { normalizeLogoutOptions } from '../options-v1.ts'
import { logoutUrl } from '../protocol/logout-url.ts'
import { auth0Metadata } from '../protocol/server-metadata.ts'
import type { LogoutOptions, LogoutUrlOptions } from '../types/authorization.ts'
import type { Core } from './core-interface.ts'

/**
 * Clears the session first, then navigates to the tenant, which ends its session too. A cache that
 * fails does not keep the user from leaving: its error is thrown afterwards.
 */
export const logout = async (core: Core, given: LogoutOptions = {}): Promise<void> => {
  const { options, server, session, platform } = core
  const call = normalizeLogoutOptions(given, options.isLegacyStyle)
  const failures: unknown[] = []
  const isOther = call.clientId && call.clientId !== options.clientId
  await Promise.all([
    session.end('logout', call.clientId).catch(error => failures.push(error)),
    // The session of another client ends: like auth0-spa-js, this client gets a new key all the same.
    isOther && clearDpop(core.loadDpop, true),
  ])
  const openUrl = call.openUrl ?? call.onRedirect
  if (openUrl !== false) {
    requireConfiguration(options)
    const url = logoutUrl(options, await server(), call)
    if (typeof openUrl === 'function') await openUrl(url)
    else platform.navigate(url)
  }
  if (failures.length) throw failures[0]
}

/** The URL that `logout` navigates to, as in 1.x. It is synchronous, so it needs Auth0's endpoints. */
export const buildLogoutUrl = ({ options }: Core, given: LogoutUrlOptions = {}): string => {
  requireConfiguration(options)
  const call = normalizeLogoutOptions(given, options.isLegacyStyle)
  return logoutUrl(options, auth0Metadata(options), call)
}
