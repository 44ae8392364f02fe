import * as api from './public.ts'
import type {
  Auth0ClientOptions,
  LegacyAuth0ClientOptions,
  OnlineModeOptions,
} from './types/client-options.ts'

export * from './features/public.ts'
export * from './public.ts'

/**
 * Creates a client and restores the session, if there is one. A failure to restore it is not an
 * error: the page then has no user. This function is also the default export, with the client, the
 * caches and their errors as its properties.
 *
 * @throws GenericError `invalid_configuration` for an unknown `cacheLocation`
 * @throws GenericError `crypto_unavailable` in a page without Web Crypto, such as one over http
 * @throws InvalidConfigurationError for `refreshTokenMode: 'online'` without `useRefreshTokens: true`
 *   and `useDpop: true`, which TypeScript demands if it knows the mode
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
export const createAuth0Client = async <Mode extends api.RefreshTokenMode | undefined = undefined>(
  options: (Auth0ClientOptions | LegacyAuth0ClientOptions) & {
    /** As {@link Auth0ClientOptions.refreshTokenMode}. */
    refreshTokenMode?: Mode
    // A mode that is known only at run time is checked there.
  } & (Mode extends 'online' ? OnlineModeOptions : unknown),
): Promise<api.Auth0Client> => {
  const client = new api.Auth0Client(options)
  await client.checkSession()
  return client
}

/**
 * `createAuth0Client` with the client, the caches and their errors as its properties, as in 1.x.
 *
 * @hidden every property has its own entry
 */
export default /* @__PURE__ */ Object.assign(createAuth0Client, api, { createAuth0Client })
