import type { Http } from '../../http.ts'
import type { ResolvedOptions, requireConfiguration } from '../../options.ts'
import { ownMembers } from '../../own-members.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import type { Server } from '../../protocol/server-metadata.ts'
import type { Grant, parseTokenResponse, tokenRequest } from '../../protocol/token-endpoint.ts'
import type { TokenSet, TokenSlot } from '../../protocol/token-slot.ts'
import type { validateTokens } from '../../session/accept-tokens.ts'
import type { Exchange } from '../../session/exchange.ts'
import type { PrefetchKeys } from '../../session/signing-keys.ts'
import type { CustomTokenExchangeOptions } from '../../types/token-exchange.ts'
import type { TokenEndpointResponse } from '../../types/tokens.ts'
import { exchangeGrant } from './exchange-grant.ts'
import type { TokenExchange } from './token-exchange.ts'

type Called = Pick<CustomTokenExchangeOptions, 'audience' | 'scope' | 'organization'>

interface TokenExchangeParts {
  options: ResolvedOptions
  server: Server
  http: Http
  /** `undefined` if signatures are not verified. */
  prefetchKeys: PrefetchKeys | undefined
  /** The exchange of an interactive sign-in. */
  exchange: Exchange
  /** Merges the parameters of the client and of a call. */
  parametersOf: (call: Called) => { slot: TokenSlot; params: Parameters }
  /** Whether a refresh token is that of the worker, which keeps it from the application as well. */
  isReference: (refreshToken: string) => boolean
  /**
   * Given and not imported: bundlers put what two files load on demand into one more file, which every
   * page would load.
   */
  requireConfiguration: typeof requireConfiguration
  tokenRequest: typeof tokenRequest
  parseTokenResponse: typeof parseTokenResponse
  validateTokens: typeof validateTokens
}

interface ExchangeCall {
  grant: Grant
  slot: TokenSlot
  /** The organization of the call, without that of the client. */
  called: string | undefined
  /** The organization that is sent. */
  organization: string | undefined
}

export const createTokenExchange = (parts: TokenExchangeParts): TokenExchange => {
  const { options, server, http, prefetchKeys, exchange, parametersOf } = parts

  const read = (given: CustomTokenExchangeOptions): ExchangeCall => {
    parts.requireConfiguration(options)
    const { audience, scope, organization: called } = ownMembers(given)
    const parameters = parametersOf({ audience, scope, organization: called })
    const organization = parameters.params.organization as string | undefined
    return {
      grant: exchangeGrant(given, parameters),
      slot: parameters.slot,
      called: called ? organization : undefined,
      organization,
    }
  }

  /** The ID token, if there is one, must be right also where it is not stored. */
  const validate = async (
    tokens: TokenSet,
    { slot, called }: ExchangeCall,
    jwks_uri: string,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!tokens.id_token) return
    await parts.validateTokens(
      options,
      tokens,
      {
        slot,
        organization: called,
        maxAgeSeconds: options.maxAgeSeconds || undefined,
        subject: 'may-change',
        ceiling: 'keep',
      },
      { begun: undefined, verifySignature: prefetchKeys?.(jwks_uri, signal) },
    )
  }

  return {
    signIn: async (given, signal) => {
      const { grant, slot, organization } = read(given)
      const { tokens, decodedToken } = await exchange(
        grant,
        { slot, organization, subject: 'may-change', ceiling: 'keep' },
        { signal },
      )
      const { refresh_token, ...others } = tokens
      const isVisible = refresh_token && !parts.isReference(refresh_token)
      const response = { ...others, ...(isVisible && { refresh_token }), decodedToken }
      return response as TokenEndpointResponse
    },
    exchange: async (given, signal) => {
      const call = read(given)
      const metadata = await server()
      const request = parts.tokenRequest(call.grant, metadata, options, options.httpTimeoutMs)
      const response = await http({ ...request, signal, discardRefreshToken: true })
      if (signal.aborted) throw signal.reason
      const tokens = parts.parseTokenResponse(response, request.url)
      await validate(tokens, call, metadata.jwks_uri, signal)
      return { ...tokens } as TokenEndpointResponse
    },
  }
}
