import { UseDpopNonceError } from '../../errors/dpop.ts'
import { readValues } from '../../option-types.ts'
import { ownMembers } from '../../own-members.ts'
import type {
  AuthParams,
  CustomFetchMinimalOutput,
  Fetcher,
  FetcherConfig,
} from '../../types/fetcher.ts'
import { type AccessToken, isDpopScheme } from './access-token.ts'
import { createRequireAllowed } from './allowed-origins.ts'
import { buildRequest } from './build-request.ts'
import type { FetcherHost } from './fetcher-host.ts'
import { type Challenge, parseChallenges } from './parse-challenges.ts'
import { headerOf, statusOf } from './response-parts.ts'
import { sendRequest } from './send-request.ts'
import { sharedBy } from './shared-by-client.ts'
import { createStepUp } from './step-up.ts'
import { createTokenSource } from './token-source.ts'

const TYPES = {
  getAccessToken: 'function',
  baseUrl: 'string',
  fetch: 'function',
  dpopNonceId: 'string',
}

const NONCE_REJECTED = /use_dpop_nonce|invalid_dpop_nonce/

/** The challenge about the access token that names an error (RFC 6750 section 3, RFC 9449 section 7.1). */
const findError = (header: string): Challenge['params'] | undefined =>
  parseChallenges(header).find(
    ({ scheme, params }) => (scheme === 'bearer' || scheme === 'dpop') && params.error,
  )?.params

/** A response that is not handed out must not hold its connection. */
const discard = (output: unknown): void => {
  if (output instanceof Response) output.body?.cancel().catch(() => {})
}

/**
 * The method of a fetcher.
 *
 * @throws InvalidConfigurationError if an option of the fetcher cannot be used
 */
export const createFetch = <TOutput extends CustomFetchMinimalOutput>(
  host: FetcherHost,
  config: FetcherConfig<TOutput> | undefined,
): Fetcher<TOutput>['fetchWithAuth'] => {
  const {
    baseUrl,
    dpopNonceId,
    getAccessToken,
    allowedOrigins,
    // Looked up for each request, because applications replace it.
    fetch: send = request => fetch(request) as Promise<unknown> as Promise<TOutput>,
  } = readValues(ownMembers(config), TYPES) as FetcherConfig<TOutput>
  const { options, loadDpop } = host
  const shared = sharedBy(options)
  const requireAllowed = createRequireAllowed({ allowedOrigins, baseUrl }, options, shared.warned)
  const source = createTokenSource({
    host,
    getAccessToken,
    textScheme: loadDpop && dpopNonceId ? 'DPoP' : 'Bearer',
    renewals: shared.renewals,
  })

  /** The nonce is that of this response; it is kept for the next requests. */
  const attempt = async (request: Request, token: AccessToken) => {
    const dpop = dpopNonceId ? await loadDpop?.() : undefined
    const proof =
      dpop && isDpopScheme(token.scheme)
        ? await dpop.generateProof({
            url: request.url,
            method: request.method,
            accessToken: token.token,
            nonce: await dpop.recentNonce(dpopNonceId),
          })
        : undefined
    if (request.signal?.aborted) throw request.signal.reason
    const output = await sendRequest(send, request, token, proof)
    const nonce = headerOf(output, 'dpop-nonce')
    // Not awaited: this page knows it at once, and IndexedDB may be slow.
    if (dpop && nonce) dpop.keepNonce(nonce, dpopNonceId)
    return { output, nonce, proof }
  }

  const run = async (
    template: Request,
    authParams: AuthParams | undefined,
    until: <T>(work: Promise<T>) => Promise<T>,
  ): Promise<TOutput> => {
    const stepUp = createStepUp(host, source, shared)
    let hasNewNonce = false
    let isRenewed = false

    for (let token = await until(source.get(authParams)); ; ) {
      const { output, nonce, proof } = await attempt(template.clone(), token)
      if (statusOf(output) !== 401) return output
      const header = headerOf(output, 'www-authenticate')
      if (loadDpop && NONCE_REJECTED.test(header)) {
        if (!nonce || !proof || hasNewNonce) throw new UseDpopNonceError(nonce || undefined)
        hasNewNonce = true
      } else {
        const params = findError(header)
        if (params?.error === 'insufficient_user_authentication') {
          token = await until(stepUp({ sent: token, authParams, params, response: output }))
        } else {
          const isExpired = params?.error === 'invalid_token' && !isRenewed
          const other = isExpired ? await until(source.renew(token, authParams)) : undefined
          if (!other) return output
          isRenewed = true
          token = other
        }
      }
      discard(output)
    }
  }

  return async (info, init, authParams) => {
    const template = buildRequest(baseUrl, info, init)
    requireAllowed(template.url)
    const { signal } = template
    if (signal?.aborted) throw signal.reason
    let onAbort = (): void => {}
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason)
    })
    aborted.catch(() => {})
    signal?.addEventListener('abort', onAbort)
    try {
      // Getting a token, or a login, goes on for other calls that wait for it.
      return await run(template, authParams, work => Promise.race([work, aborted]))
    } finally {
      signal?.removeEventListener('abort', onAbort)
      // What was kept of the body for another attempt.
      template.body?.cancel().catch(() => {})
    }
  }
}
