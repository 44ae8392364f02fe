import { GenericError } from '../../errors/core.ts'
import { ownMembers } from '../../own-members.ts'
import { fromBase64Url } from '../../protocol/base64.ts'
import type { AuthParams } from '../../types/fetcher.ts'
import type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
} from '../../types/tokens.ts'

/** An access token with the authentication scheme that it is sent with. */
export interface AccessToken {
  scheme: string
  token: string
  /** The ID token of its user, if it is known. */
  idToken?: string | undefined
}

/** What `getTokenSilently`, or the application, returns. */
export type TokenResult = string | GetTokenSilentlyVerboseResponse | null | undefined

/** Letter case does not count (RFC 9110 section 11.1). */
export const isDpopScheme = (scheme: string): boolean => scheme.toLowerCase() === 'dpop'

/**
 * @param textScheme the scheme of a token that comes without its type
 * @throws GenericError `missing_access_token`
 */
export const readToken = (result: TokenResult, textScheme: string): AccessToken => {
  const {
    access_token: token,
    token_type: scheme,
    id_token: idToken,
  }: Partial<GetTokenSilentlyVerboseResponse> = typeof result === 'string'
    ? { access_token: result, token_type: textScheme }
    : (result ?? {})
  if (!token) {
    throw new GenericError(
      'missing_access_token',
      'There is no access token for this request: the user must sign in.',
    )
  }
  return { scheme: scheme || 'Bearer', token, idToken }
}

const subjectOf = (idToken: string | undefined): unknown => {
  try {
    const bytes = fromBase64Url(idToken?.split('.')[1] ?? '')
    return JSON.parse(new TextDecoder().decode(bytes)).sub
  } catch {
    return undefined
  }
}

/** Whether two tokens are those of two users. A request of one is never repeated as the other. */
export const isOtherUser = (first: AccessToken, second: AccessToken): boolean => {
  const [before, after] = [subjectOf(first.idToken), subjectOf(second.idToken)]
  return before !== undefined && after !== undefined && before !== after
}

/** Audience and scope of a call; a member that is not set does not hide that of the client. */
export const slotParams = (
  authParams: AuthParams | null | undefined,
): { audience?: string; scope?: string } => {
  const { audience, scope } = ownMembers(authParams)
  return {
    ...(audience && { audience }),
    ...(scope?.length && { scope: [scope].flat().join(' ') }),
  }
}

/** The options of `getTokenSilently` for a call. */
export const tokenCall = (
  authParams: AuthParams | null | undefined,
  cacheMode?: 'off' | 'cache-only',
): GetTokenSilentlyOptions & { detailedResponse: true } => ({
  ...(cacheMode && { cacheMode }),
  authorizationParams: slotParams(authParams),
  detailedResponse: true,
})
