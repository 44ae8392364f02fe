import { isBrowser } from '../../browser/environment.ts'
import { GenericError } from '../../errors/core.ts'
import type { CustomFetchMinimalOutput } from '../../types/fetcher.ts'
import type { AccessToken } from './access-token.ts'
import { statusOf } from './response-parts.ts'

/**
 * Whether `fetch` removes `Authorization` when it follows a redirect to another origin: Chrome since
 * 119, Firefox since 111 and Safari since 16.1. These are at least as new as relative colors in CSS,
 * which no polyfill adds. Node has always removed it.
 */
const removesAuthorization = (): boolean =>
  !isBrowser() || CSS.supports('color: rgb(from red r g b)')

/** Browsers hide the status and the target of a redirect that they do not follow. */
const isRedirect = (output: CustomFetchMinimalOutput): boolean =>
  [301, 302, 303, 307, 308].includes(statusOf(output)) ||
  (output as Partial<Response> | undefined)?.type === 'opaqueredirect'

/**
 * Sends a request with its token, which never reaches another origin by a redirect. Redirects are
 * followed only without a proof: a proof is made for one URL (RFC 9449 section 4.2), and browsers
 * would send it on.
 *
 * @throws GenericError `redirect_not_followed`
 */
export const sendRequest = async <TOutput extends CustomFetchMinimalOutput>(
  send: (request: Request) => Promise<TOutput>,
  request: Request,
  { scheme, token }: AccessToken,
  proof: string | undefined,
): Promise<TOutput> => {
  request.headers.set('authorization', `${scheme} ${token}`)
  if (proof) request.headers.set('dpop', proof)
  const isHeld = request.redirect === 'follow' && (proof || !removesAuthorization())
  if (!isHeld) return send(request)
  const output = await send(new Request(request, { redirect: 'manual' }))
  if (!isRedirect(output)) return output
  throw new GenericError(
    'redirect_not_followed',
    `${request.url.replace(/[?#].*/s, '')} redirects, and the access token must not follow. Call the target, or pass \`redirect: 'manual'\`.`,
  )
}
