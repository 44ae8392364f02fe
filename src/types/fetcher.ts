import type { GetTokenSilentlyVerboseResponse } from './tokens.ts'

/** Headers of a response: an object with `get` such as `Headers`, pairs, or lower-case names. */
export type ResponseHeaders =
  | Record<string, string | null | undefined>
  | [string, string][]
  | {
      /** The value of a header. */
      get(name: string): string | null | undefined
    }

/** What a response must have at least, if the option `fetch` of a fetcher returns its own type. */
export type CustomFetchMinimalOutput = {
  /** The HTTP status. */
  status: number
  /** The headers. */
  headers: ResponseHeaders
}

/** A function that sends a request, such as `fetch`. */
export type CustomFetchImpl<TOutput extends CustomFetchMinimalOutput> = (
  req: Request,
) => Promise<TOutput>

/** Which access token a call of a fetcher needs. */
export type AuthParams = {
  /** The scopes, one per item. */
  scope?: string[] | undefined
  /** The API that the access token is for. Default: the audience of the client. */
  audience?: string | undefined
}

/** Options of `createFetcher`. */
export type FetcherConfig<TOutput extends CustomFetchMinimalOutput> = {
  /**
   * Returns the access token, or a whole response of the token endpoint, whose `token_type` is then
   * the authentication scheme. It receives the `authParams` of the call, without members that are
   * `undefined`. Default: `getTokenSilently` of the client.
   */
  getAccessToken?:
    | ((authParams?: {
        /** The scopes, one per item. */
        scope?: string[]
        /** The API that the access token is for. */
        audience?: string
      }) => Promise<string | GetTokenSilentlyVerboseResponse | undefined>)
    | undefined
  /** The URL in front of relative URLs: `https://api.example.com/v1`. */
  baseUrl?: string | undefined
  /** Sends the requests. Default: the `fetch` of the page. */
  fetch?: CustomFetchImpl<TOutput> | undefined
  /**
   * A name for this API, under which its DPoP nonces are stored. With it and `useDpop`, requests
   * contain a proof (RFC 9449 section 7.1).
   */
  dpopNonceId?: string | undefined
  /**
   * The origins that may receive access tokens: `['https://api.example.com']`. Default: the origin
   * of `baseUrl`. Without `baseUrl` it is every https origin, with one warning in the console for a
   * request to another site.
   */
  allowedOrigins?: readonly string[] | undefined
}

/** Calls an API like `fetch`, with an access token. Created by `createFetcher`. */
export interface Fetcher<TOutput extends CustomFetchMinimalOutput> {
  /**
   * Sends a request with the header `Authorization`, and with a DPoP proof if they are enabled. Every
   * response is returned as it is, whatever its status, with these exceptions: a rejected nonce, a
   * rejected access token and a demand for a step-up, each of which is answered at most once.
   *
   * @param info the URL, absolute or relative to `baseUrl`, or a request
   * @param init options of `fetch`; a header `Authorization` is replaced
   * @param authParams the audience and scopes of the access token
   * @throws GenericError `missing_access_token` if there is no access token
   * @throws UseDpopNonceError if the API rejects the nonce again, or sends no other one
   * @throws GenericError `insufficient_user_authentication` if the API demands a login that is more
   *   recent or stronger (RFC 9470)
   * @throws as `getTokenSilently` and as `fetch`
   * @example
   * ```ts
   * const order = (api: Fetcher<Response>, item: string) =>
   *   api.fetchWithAuth('/orders', { method: 'POST', body: item }, { scope: ['write:orders'] })
   * ```
   */
  fetchWithAuth(
    info: RequestInfo | URL,
    init?: RequestInit,
    authParams?: AuthParams,
  ): Promise<TOutput>
}
