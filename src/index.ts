import { Auth0Client } from './client.ts'
import { RefreshTokenMode, ResponseType, User } from './enums.ts'
import {
  AuthenticationError,
  GenericError,
  InvalidConfigurationError,
  MissingRefreshTokenError,
  MissingScopesError,
  TimeoutError,
} from './errors/core.ts'
import { MfaRequiredError } from './errors/mfa.ts'
import { PopupCancelledError, PopupOpenError, PopupTimeoutError } from './errors/popup.ts'
import { CacheKey } from './storage/cache-key.ts'
import { LocalStorageCache } from './storage/local-storage-cache.ts'
import { InMemoryCache } from './storage/memory-cache.ts'
import type { Auth0ClientOptions, LegacyAuth0ClientOptions } from './types/client-options.ts'

export {
  AnonymousSessionError,
  ConnectError,
  MfaChallengeError,
  MfaEnrollmentError,
  MfaEnrollmentFactorsError,
  MfaError,
  MfaListAuthenticatorsError,
  MfaVerifyError,
  MyAccountApiError,
  type MyAccountProblem,
  PasskeyChallengeError,
  PasskeyError,
  type PasskeyErrorResponse,
  PasskeyGetTokenError,
  PasskeyRegisterError,
  UseDpopNonceError,
} from './ability-errors.ts'
export type { MfaRequirements } from './errors/mfa.ts'
export { type IsFederatedDomainOptions, isFederatedDomain } from './features/federated-domain.ts'
export type * from './types/authorization.ts'
export type * from './types/client-options.ts'
export type { ActClaim, IdToken } from './types/identity.ts'
export type {
  Cacheable,
  CacheEntry,
  CacheKeyData,
  DecodedToken,
  ICache,
  KeyManifestEntry,
  MaybePromise,
  WrappedCacheEntry,
} from './types/storage.ts'
export type {
  GetTokenSilentlyOptions,
  GetTokenSilentlyVerboseResponse,
  TokenEndpointResponse,
} from './types/tokens.ts'
export {
  Auth0Client,
  AuthenticationError,
  CacheKey,
  GenericError,
  InMemoryCache,
  InvalidConfigurationError,
  LocalStorageCache,
  MfaRequiredError,
  MissingRefreshTokenError,
  MissingScopesError,
  PopupCancelledError,
  PopupOpenError,
  PopupTimeoutError,
  RefreshTokenMode,
  ResponseType,
  TimeoutError,
  User,
}

/**
 * Makes a client and finds out whether somebody is signed in already. Failing to find out is no
 * error: the page goes on without a user. It is the default export as well, with the client, the
 * caches and the errors they throw as its properties.
 *
 * @throws GenericError `invalid_configuration` for an unknown `cacheLocation`
 * @throws GenericError `crypto_unavailable` in a page without Web Crypto, such as one over http
 * @example
 * ```ts
 * const auth0 = await createAuth0Client({
 *   domain: 'example.auth0.com',
 *   clientId: 'Dq1bA9…',
 *   authorizationParams: { redirect_uri: location.origin },
 * })
 * if (!(await auth0.isAuthenticated())) await auth0.loginWithRedirect()
 * ```
 */
export const createAuth0Client = async (
  options: Auth0ClientOptions | LegacyAuth0ClientOptions,
): Promise<Auth0Client> => {
  const client = new Auth0Client(options)
  await client.checkSession()
  return client
}

/**
 * `createAuth0Client` with the client, the caches and their errors as its properties, as 1.x
 * exported it.
 *
 * @hidden every property has its own entry
 */
export default /* @__PURE__ */ Object.assign(createAuth0Client, {
  createAuth0Client,
  Auth0Client,
  AuthenticationError,
  CacheKey,
  GenericError,
  InMemoryCache,
  InvalidConfigurationError,
  LocalStorageCache,
  MfaRequiredError,
  MissingRefreshTokenError,
  MissingScopesError,
  PopupCancelledError,
  PopupOpenError,
  PopupTimeoutError,
  RefreshTokenMode,
  ResponseType,
  TimeoutError,
  User,
})
