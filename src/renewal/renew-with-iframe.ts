import { isOffline } from '../browser/environment.ts'
import type { WebMessageWait } from '../browser/iframe.ts'
import { currentOrigin } from '../browser/location.ts'
import type { TabLock } from '../browser/mutex.ts'
import { GenericError, TimeoutError } from '../errors/core.ts'
import type { AuthorizationRequestOptions } from '../protocol/authorization-request.ts'
import type { AuthorizationResponse } from '../protocol/authorization-response.ts'
import { isLoginRequired, isMfaRequired } from '../protocol/error-codes.ts'
import { organizationOf } from '../protocol/organization.ts'
import { omit } from '../protocol/parameters.ts'
import type { Server } from '../protocol/server-metadata.ts'
import type { TokenSet } from '../protocol/token-slot.ts'
import { beginCodeFlow } from '../session/begin-code-flow.ts'
import type { Exchange } from '../session/exchange.ts'
import { finishCodeFlow } from '../session/finish-code-flow.ts'
import type { Renewer } from './renewer.ts'
import { longestRenewalMs } from './time-limits.ts'

interface IframeParts {
  options: AuthorizationRequestOptions & { authorizeTimeoutMs: number; httpTimeoutMs: number }
  server: Server
  /** The key that tokens are bound to, with DPoP. */
  loadDpop: (() => Promise<{ thumbprint(): Promise<string> }>) | undefined
  exchange: Exchange
  /** Why no iframe can be used, if that is so. */
  blockedReason: () => string | undefined
  runIframe: (url: string, wait: WebMessageWait) => Promise<AuthorizationResponse>
  tabLock: Pick<TabLock, 'run'>
  /** Whether a user has signed in here, and has not signed out. */
  isExpected: () => boolean
  /** The organization of the last login. */
  lastOrganization: () => string | undefined
}

const THIRD_PARTY =
  'Are third-party cookies blocked? Use a custom domain, or refresh tokens in localStorage.'

/** Roughly the site of an origin: a script cannot read the list of public suffixes. */
const siteOf = (origin: string): string => new URL(origin).hostname.split('.').slice(-2).join('.')

/** The error of a response; of a missing session it names the usual reason. */
const toErrorAt =
  (endpoint: string, isExpected: () => boolean) =>
  (code: string, description: string): GenericError => {
    const error = new GenericError(code, description)
    const page = currentOrigin()
    const isUnexpected = isLoginRequired(error) && !isMfaRequired(error) && isExpected()
    return page && isUnexpected && siteOf(endpoint) !== siteOf(page)
      ? new GenericError(code, `${description}. ${THIRD_PARTY}`)
      : error
  }

/** How long a frame may take while the browser reports, perhaps wrongly, that it is offline. */
const OFFLINE_TIMEOUT_MS = 5_000

/**
 * Asks the tenant in a hidden iframe whether its session is still active (`prompt=none`), and
 * redeems the code. One iframe at a time over all tabs, because they share the tenant's cookies.
 */
export const createRenewWithIframe = (parts: IframeParts): Renewer => {
  const { options, server, blockedReason, runIframe, tabLock, lastOrganization } = parts

  return ({ slot, params, timeoutMs, signal, begun }) => {
    const renew = async (): Promise<TokenSet> => {
      if (signal.aborted) throw signal.reason
      const reason = blockedReason()
      if (reason) throw new GenericError('login_required', reason)
      const { authorization_endpoint } = await server()
      const maxMs = isOffline(authorization_endpoint) ? OFFLINE_TIMEOUT_MS : Infinity
      // Cookies are shared by all tabs, and can be written by sibling domains; claims cannot.
      const { identity } = begun.stored
      const known = identity ? organizationOf(identity.claims) : lastOrganization()
      const organization = (params.organization as string | undefined) ?? known
      const { url, transaction } = await beginCodeFlow(parts, {
        slot,
        params: { ...params, prompt: 'none', organization },
        redirectUri: (params.redirect_uri as string | undefined) ?? currentOrigin(),
        responseMode: 'web_message',
      })
      const response = await runIframe(url, {
        origin: new URL(authorization_endpoint).origin,
        state: transaction.state,
        timeoutMs: Math.min(timeoutMs ?? options.authorizeTimeoutMs, maxMs),
        signal,
      }).catch(cause => {
        if (!(cause instanceof TimeoutError) || maxMs === Infinity) throw cause
        throw new GenericError('network_error', 'The browser is offline', { cause })
      })
      return finishCodeFlow(parts, transaction, response, {
        tokenParams: omit(params, 'audience', 'scope', 'timeout'),
        limits: { signal, begun },
        toError: toErrorAt(authorization_endpoint, parts.isExpected),
      })
    }
    const waitMs = timeoutMs ?? longestRenewalMs(options)
    return tabLock.run(`auth0.lock.getTokenFromIFrame.${options.clientId}`, renew, waitMs)
  }
}
