import type { AuthParams } from '../../types/fetcher.ts'
import { type AccessToken, isOtherUser, slotParams } from './access-token.ts'
import { InsufficientUserAuthenticationError, type StepUpParams } from './errors.ts'
import type { FetcherHost } from './fetcher-host.ts'
import type { Challenge } from './parse-challenges.ts'
import { join, type Shared } from './shared-by-client.ts'
import type { TokenSource } from './token-source.ts'

const stepUpParams = (
  { acr_values, max_age }: Challenge['params'],
  authParams: AuthParams | undefined,
): StepUpParams => ({
  ...(acr_values && { acr_values }),
  ...(max_age && /^\d{1,15}$/.test(max_age) && { max_age: Number(max_age) }),
  ...slotParams(authParams),
})

/** A request that an API has answered with `insufficient_user_authentication`. */
interface RejectedRequest {
  sent: AccessToken
  authParams: AuthParams | undefined
  params: Challenge['params']
  response: unknown
}

/**
 * Answers the demands for a step-up of one request (RFC 9470): with a token that the client has got in
 * another way since it was sent, then with a login in a popup, each once.
 *
 * @returns the token to repeat the request with
 * @throws InsufficientUserAuthenticationError if the demand cannot be answered
 */
export const createStepUp = (
  host: Pick<FetcherHost, 'options' | 'loginWithPopup'>,
  source: TokenSource,
  shared: Shared,
): ((request: RejectedRequest) => Promise<AccessToken>) => {
  let hasLooked = false
  let hasAsked = false

  const login = (authorizationParams: StepUpParams): Promise<void> =>
    join(shared.stepUps, JSON.stringify(authorizationParams), () => {
      const result = shared.lastStepUp.then(() => host.loginWithPopup({ authorizationParams }))
      shared.lastStepUp = result.catch(() => {})
      return result
    })

  return async ({ sent, authParams, params, response }) => {
    const authorizationParams = stepUpParams(params, authParams)
    const error = new InsufficientUserAuthenticationError(authorizationParams, response)
    const find = async (): Promise<AccessToken> => {
      const newer = hasLooked ? undefined : await source.findNewer(sent, authParams)
      hasLooked = true
      if (newer) return newer
      hasAsked = true
      await login(authorizationParams)
      return source.get(authParams)
    }
    if (host.options.interactiveErrorHandler !== 'popup' || hasAsked) throw error
    const token = await find()
    if (isOtherUser(sent, token)) throw error
    return token
  }
}
