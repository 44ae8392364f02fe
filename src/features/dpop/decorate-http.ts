import { sendRepeatedly } from '../../browser/fetch-http.ts'
import { fieldsOf, type Http, type HttpRequest, type HttpResponse } from '../../http.ts'
import { ownMembers } from '../../own-members.ts'
import type { Dpop } from './dpop.ts'

const MFA = 'http://auth0.com/oauth/grant-type/mfa-'

/** The grants that are sent with a proof. */
const GRANTS: unknown[] = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:okta:params:oauth:grant-type:webauthn',
  `${MFA}otp`,
  `${MFA}oob`,
  `${MFA}recovery-code`,
]

interface ProofParts extends Pick<Dpop, 'getNonce' | 'recentNonce' | 'keepNonce'> {
  prove: (request: { url: string; method: string; nonce: string | undefined }) => Promise<{
    proof: string
    thumbprint: string
  }>
}

const demandsNonce = ({ ok, json }: HttpResponse): boolean =>
  !ok && ownMembers(json as { error?: unknown }).error === 'use_dpop_nonce'

/**
 * Adds a proof to every token request. Each attempt has a new one, because a server may refuse a
 * `jti` that it has seen. If the server wants another nonce and sends it, the request is sent once
 * more (RFC 9449 section 8).
 */
export const decorateHttp = (
  { getNonce, recentNonce, keepNonce, prove }: ProofParts,
  http: Http,
): Http => {
  const attempt = async (request: HttpRequest): Promise<HttpResponse> => {
    const { url, method } = request
    // Another tab may have stored a newer one.
    const nonce = await getNonce().catch(() => recentNonce())
    const { proof, thumbprint } = await prove({ url, method, nonce })
    const response = await http({ ...request, headers: { ...request.headers, dpop: proof } })
    return { ...response, dpopJkt: thumbprint }
  }
  const send = async (request: HttpRequest) => {
    const response = await sendRepeatedly(request, attempt)
    const nonce = ownMembers(response.headers)['dpop-nonce']
    // Not awaited: the response may hold a new refresh token, which must be stored first.
    if (nonce) keepNonce(nonce)
    return { response, nonce }
  }
  return async request => {
    if (!GRANTS.includes(fieldsOf(request).grant_type)) return http(request)
    const { response, nonce } = await send(request)
    return nonce && demandsNonce(response) ? (await send(request)).response : response
  }
}
