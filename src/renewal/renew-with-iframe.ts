import { isOutOfReach, whyNoIframe } from '../browser/environment.ts'
import { currentOrigin } from '../browser/location.ts'
import { GenericError } from '../errors/core.ts'
import {
  type AuthorizationRequestOptions,
  authorizationRequest,
} from '../protocol/authorization-request.ts'
import { checkIssuer } from '../protocol/authorization-response.ts'
import { omit } from '../protocol/parameters.ts'
import type { Exchange } from '../session/exchange.ts'
import type { TabLock, WebMessage } from '../types/platform.ts'
import type { Renewer } from './renewer.ts'

export interface IframeRenewerParts {
  options: AuthorizationRequestOptions & {
    baseUrl: string
    issuer: string
    authorizeTimeoutMs: number
  }
  exchange: Exchange
  iframe: WebMessage
  tabLock: TabLock
  hints: { organization(): string | undefined }
  /** What a refused silent login means for the session here. */
  onLoginRequired: (error: GenericError) => Promise<void>
}

/**
 * Asks the tenant in a hidden iframe whether its session is still alive (`prompt=none`), and
 * redeems the code it gives. One iframe at a time over all tabs: they share its cookies.
 */
export const createIframeRenewer = (parts: IframeRenewerParts): Renewer => {
  const { options, exchange, iframe, tabLock, hints, onLoginRequired } = parts

  return ({ slot, params, timeoutMs = options.authorizeTimeoutMs, signal }) =>
    tabLock.run(`auth0.lock.getTokenFromIFrame.${options.clientId}`, async () => {
      signal.throwIfAborted()
      const impossible = whyNoIframe()
      if (impossible) {
        const error = new GenericError('login_required', impossible)
        await onLoginRequired(error)
        throw error
      }
      if (isOutOfReach(options.baseUrl)) {
        throw new GenericError('network_error', 'The browser is offline')
      }
      const redirectUri = (params.redirect_uri as string | undefined) ?? currentOrigin()
      const organization = (params.organization as string | undefined) ?? hints.organization()
      const { url, transaction } = await authorizationRequest(options, {
        params: { ...params, prompt: 'none', organization },
        scope: slot.scope,
        redirectUri,
        responseMode: 'web_message',
      })
      const response = await iframe(url, {
        origin: new URL(options.baseUrl).origin,
        state: transaction.state,
        timeoutMs,
        signal,
      })
      checkIssuer(response, options.issuer)
      const { code, error, error_description } = response
      if (error) {
        const refusal = new GenericError(error, error_description || error)
        if (error === 'login_required') await onLoginRequired(refusal)
        throw refusal
      }
      if (!code) throw new GenericError('invalid_request', 'The answer has no code')
      const { nonce, code_verifier } = transaction
      return exchange(
        {
          ...omit(params, 'audience', 'scope', 'timeout'),
          grant_type: 'authorization_code',
          code,
          code_verifier,
          redirect_uri: redirectUri,
        },
        { slot, nonce, organization },
        { signal },
      )
    })
}
