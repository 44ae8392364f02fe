import type { CustomFetchMinimalOutput, Fetcher, FetcherConfig } from './fetcher.ts'
import type { CustomTokenExchangeOptions } from './token-exchange.ts'
import type { TokenEndpointResponse } from './tokens.ts'

/** The methods of a client whose code is loaded when they are first called. */
export interface Auth0ClientFeatures {
  /**
   * Creates an object that calls an API like `fetch`: it adds the access token and, with `useDpop`, a
   * DPoP proof, and repeats a request whose nonce or access token was rejected. Makes no request, and
   * checks no option: the first `fetchWithAuth` does.
   *
   * @example
   * ```ts
   * const api = auth0.createFetcher({ baseUrl: 'https://api.example.com', dpopNonceId: 'orders' })
   * const response = await api.fetchWithAuth('/orders')
   * ```
   */
  createFetcher<TOutput extends CustomFetchMinimalOutput = Response>(
    config?: FetcherConfig<TOutput>,
  ): Fetcher<TOutput>

  /**
   * Returns the last DPoP nonce that a server has sent (RFC 9449 section 8); `undefined` before the
   * first one.
   *
   * @param id the `dpopNonceId` of an API. Default: the nonce of the tenant
   * @throws Error, not as a rejection, if `useDpop` is not enabled
   * @throws GenericError if the stored nonces cannot be read
   * @example
   * ```ts
   * const nonce = await auth0.getDpopNonce('orders')
   * ```
   */
  getDpopNonce(id?: string): Promise<string | undefined>

  /**
   * Stores a DPoP nonce, from the response header `DPoP-Nonce`. Only for requests that the
   * application sends itself: the client and its fetchers store nonces on their own.
   *
   * @param id the `dpopNonceId` of an API. Default: the nonce of the tenant
   * @throws Error, not as a rejection, if `useDpop` is not enabled
   * @throws GenericError if the nonce cannot be stored
   * @example
   * ```ts
   * const { headers } = await fetch('https://api.example.com/orders')
   * const nonce = headers.get('DPoP-Nonce')
   * if (nonce) await auth0.setDpopNonce(nonce, 'orders')
   * ```
   */
  setDpopNonce(nonce: string, id?: string): Promise<void>

  /**
   * Creates a DPoP proof for one request (RFC 9449 section 4.2), to be sent as the header `DPoP`. A
   * stored nonce is not added: pass it as `nonce`.
   *
   * @param params the URL and the method of the request, the nonce of the server, and the access
   *   token that is sent along
   * @throws Error, not as a rejection, if `useDpop` is not enabled
   * @throws GenericError if the key pair cannot be read or stored
   * @example
   * ```ts
   * const url = 'https://api.example.com/orders'
   * const accessToken = (await auth0.getTokenSilently()) ?? ''
   * const nonce = await auth0.getDpopNonce('orders')
   * const proof = await auth0.generateDpopProof({ url, method: 'GET', nonce, accessToken })
   * await fetch(url, { headers: { Authorization: `DPoP ${accessToken}`, DPoP: proof } })
   * ```
   */
  generateDpopProof(params: {
    /** The URL of the request; query and fragment are left out. */
    url: string
    /** The HTTP method in capital letters. */
    method: string
    /** The nonce of the server. */
    nonce?: string | undefined
    /** The access token that is sent along. */
    accessToken: string
  }): Promise<string>

  /**
   * Exchanges a token of another system for tokens of the tenant and signs its user in (RFC 8693).
   * If the response is rejected, the session stays as it was.
   *
   * @returns the response; without a refresh token if the worker keeps it
   * @throws GenericError with the tenant's code, such as `invalid_request`; `invalid_token` if the ID
   *   token is missing, not valid, or of another organization
   * @throws MfaRequiredError if the tenant requires a second factor
   * @example
   * ```ts
   * await auth0.loginWithCustomTokenExchange({
   *   subject_token: localStorage.getItem('legacy-token') ?? '',
   *   subject_token_type: 'urn:acme:legacy-token',
   * })
   * const user = await auth0.getUser()
   * ```
   */
  loginWithCustomTokenExchange(options: CustomTokenExchangeOptions): Promise<TokenEndpointResponse>

  /**
   * Exchanges a token without signing anyone in, for delegation and impersonation (RFC 8693 section
   * 1.1). Nothing is stored, and the signed-in user stays.
   *
   * @returns the response; without a refresh token if there is a worker
   * @throws GenericError with the tenant's code, such as `invalid_request`; `invalid_token` if there is
   *   an ID token and it is not valid, or of another organization than `organization`
   * @throws MfaRequiredError if the tenant requires a second factor
   * @example
   * ```ts
   * const { access_token } = await auth0.customTokenExchange({
   *   subject_token: sessionStorage.getItem('employee-token') ?? '',
   *   subject_token_type: 'urn:acme:employee-token',
   *   audience: 'https://reports.example.com/',
   * })
   * ```
   */
  customTokenExchange(options: CustomTokenExchangeOptions): Promise<TokenEndpointResponse>

  /**
   * The old name of `loginWithCustomTokenExchange`.
   *
   * @deprecated Use `loginWithCustomTokenExchange`.
   * @throws GenericError, MfaRequiredError as `loginWithCustomTokenExchange`
   * @example
   * ```ts
   * await auth0.exchangeToken({
   *   subject_token: localStorage.getItem('legacy-token') ?? '',
   *   subject_token_type: 'urn:acme:legacy-token',
   * })
   * ```
   */
  exchangeToken(options: CustomTokenExchangeOptions): Promise<TokenEndpointResponse>
}
