/** What the package exports, each name once. */
export { Auth0Client } from './client.ts'
export { RefreshTokenMode, ResponseType, User } from './enums.ts'
export {
  AuthenticationError,
  GenericError,
  InvalidConfigurationError,
  TimeoutError,
} from './errors/core.ts'
export { UseDpopNonceError } from './errors/dpop.ts'
export { MfaRequiredError, type MfaRequirements } from './errors/mfa.ts'
export { PopupCancelledError, PopupOpenError, PopupTimeoutError } from './errors/popup.ts'
export { MissingRefreshTokenError, MissingScopesError } from './errors/renewal.ts'
export { CacheKey } from './storage/cache-key.ts'
export { LocalStorageCache } from './storage/local-storage-cache.ts'
export { InMemoryCache } from './storage/memory-cache.ts'
export type * from './types/authorization.ts'
export type { Auth0ClientMethods } from './types/client.ts'
export type { Auth0ClientFeatures } from './types/client-features.ts'
export type * from './types/client-options.ts'
export type * from './types/fetcher.ts'
export type { ActClaim, IdToken } from './types/identity.ts'
export type * from './types/internals.ts'
export type * from './types/storage.ts'
export type * from './types/token-exchange.ts'
export type * from './types/tokens.ts'
