import { GenericError } from '../../errors/core.ts'
import type { AuthParams, FetcherConfig } from '../../types/fetcher.ts'
import { type AccessToken, isOtherUser, readToken, slotParams, tokenCall } from './access-token.ts'
import type { FetcherHost } from './fetcher-host.ts'
import { join, type Shared } from './shared-by-client.ts'

/** Errors that say nothing about the session: the API's own response tells more. */
const TRANSIENT = [
  'network_error',
  'timeout',
  'request_error',
  'server_error',
  'temporarily_unavailable',
  'too_many_requests',
  'jwks_unavailable',
  'worker_error',
]

const isTransient = (error: unknown): boolean =>
  error instanceof GenericError ? TRANSIENT.includes(error.error) && !('popup' in error) : false

/** Where a fetcher gets its access tokens from: the client, or the application. */
export interface TokenSource {
  /** @throws GenericError `missing_access_token`, and whatever `getTokenSilently` throws */
  get(authParams: AuthParams | undefined): Promise<AccessToken>
  /** A token that the client has got since one was sent. */
  findNewer(sent: AccessToken, authParams: AuthParams | undefined): Promise<AccessToken | undefined>
  /**
   * A token in place of one that the API has rejected; `undefined` if there is none now. Calls that
   * come with the same rejected token share one renewal.
   *
   * @throws the error of the renewal if the user must sign in again
   */
  renew(sent: AccessToken, authParams: AuthParams | undefined): Promise<AccessToken | undefined>
}

interface TokenSourceParts {
  host: Pick<FetcherHost, 'getToken'>
  getAccessToken: FetcherConfig<never>['getAccessToken']
  /** The scheme of a token that comes without its type. */
  textScheme: string
  renewals: Shared['renewals']
}

export const createTokenSource = (parts: TokenSourceParts): TokenSource => {
  const { host, getAccessToken, textScheme, renewals } = parts

  const findNewer: TokenSource['findNewer'] = async (sent, authParams) => {
    if (getAccessToken) return undefined
    const cached = await host.getToken(tokenCall(authParams, 'cache-only'))
    return cached && cached.access_token !== sent.token ? readToken(cached, textScheme) : undefined
  }

  const replace: TokenSource['renew'] = async (sent, authParams) => {
    if (getAccessToken) {
      const result = await getAccessToken(authParams as never)
      return result ? readToken(result, textScheme) : undefined
    }
    const key = JSON.stringify([sent.token, slotParams(authParams)])
    return join(
      renewals,
      key,
      async () =>
        (await findNewer(sent, authParams)) ??
        readToken(await host.getToken(tokenCall(authParams, 'off')), textScheme),
    )
  }

  return {
    get: async authParams =>
      readToken(
        await (getAccessToken
          ? getAccessToken(authParams as never)
          : host.getToken(tokenCall(authParams))),
        textScheme,
      ),
    findNewer,
    renew: async (sent, authParams) => {
      try {
        const token = await replace(sent, authParams)
        return token && token.token !== sent.token && !isOtherUser(sent, token) ? token : undefined
      } catch (error) {
        if (isTransient(error)) return undefined
        throw error
      }
    },
  }
}
