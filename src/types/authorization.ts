/** Parameters of the authorization request (OpenID Connect Core section 3.1.2.1 and Auth0's). */
export interface AuthorizationParams {
  /** How the login page should be displayed; few servers support it. */
  display?: 'page' | 'popup' | 'touch' | 'wap' | undefined
  /**
   * What the login page must ask for in any case: credentials, consent or an account. With `'none'`
   * it asks for nothing, and a login without a session fails.
   */
  prompt?: 'none' | 'login' | 'consent' | 'select_account' | undefined
  /** The maximum age of the login in seconds; after it the user must sign in again. */
  max_age?: string | number | undefined
  /** Languages of the login page in order of preference, separated by spaces: `fr-CA fr en`. */
  ui_locales?: string | undefined
  /** An ID token of the user who is expected to sign in. */
  id_token_hint?: string | undefined
  /** `'signup'` opens the sign-up page. */
  screen_hint?: string | undefined
  /** The e-mail address or user name to fill in. */
  login_hint?: string | undefined
  /** Authentication context classes in order of preference, separated by spaces. */
  acr_values?: string | undefined
  /** Scopes separated by spaces; `openid` is always added. */
  scope?: string | undefined
  /** The API that the access token is for. */
  audience?: string | undefined
  /** The connection to sign in with, such as `google-oauth2`, without a page to choose one. */
  connection?: string | undefined
  /** The id (`org_…`) or name of an organization; the ID token must contain the same one. */
  organization?: string | undefined
  /** The ticket of an invitation to an organization, from the link in the e-mail. */
  invitation?: string | undefined
  /**
   * Where the authorization server sends the browser back to. A relative URL is resolved against the
   * base URL of the page, as in a link.
   */
  redirect_uri?: string | undefined
  /** A token that transfers the session of another application to this one. */
  session_transfer_token?: string | undefined
  /** The experiment that this login is part of. */
  experiment_id?: string | undefined
  /** The variation of the experiment that the user was given. */
  variation_id?: string | undefined
  /** The segment of users that the experiment is for. */
  segment_id?: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
  [key: string]: any
}

/** Parameters of the client: `scope` may be different for each audience. */
export interface ClientAuthorizationParams extends Omit<AuthorizationParams, 'scope'> {
  /** Scopes for every audience, or one string per audience with `default` for all others. */
  scope?: string | Record<string, string> | undefined
}

/** Options of `loginWithRedirect`. */
// biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
export interface RedirectLoginOptions<TAppState = any> {
  /** Parameters of this login; they take precedence over the client's. */
  authorizationParams?: AuthorizationParams | undefined
  /** Any JSON value; `handleRedirectCallback` returns it. Functions in it are lost. */
  appState?: TAppState | undefined
  /** Appended to the authorization URL after a `#`. */
  fragment?: string | undefined
  /** Navigates to the URL in place of `window.location.assign`. */
  openUrl?: ((url: string) => Promise<void> | void) | undefined
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: ((url: string) => Promise<void>) | undefined
}

/** The result of a redirect login. */
// biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
export interface RedirectLoginResult<TAppState = any> {
  /** The value that was passed to `loginWithRedirect`. */
  appState?: TAppState
  /** What the response contained: always a code. */
  response_type: 'code'
}

/** Options of `handleRedirectCallback`. */
export interface RedirectCallbackOptions {
  /** Removes the response parameters from the address bar. */
  cleanUrl?: boolean | undefined
}

/** Options of `loginWithPopup`. */
export interface PopupLoginOptions {
  /** Parameters of this login; they take precedence over the client's. */
  authorizationParams?: AuthorizationParams | undefined
}

/** The window of a popup login. */
export interface PopupConfigOptions {
  /** How long to wait for the login. Default: `authorizeTimeoutInSeconds`. */
  timeoutInSeconds?: number | undefined
  /** A window that the application has opened. */
  // biome-ignore lint/suspicious/noExplicitAny: windows of other realms and test doubles
  popup?: any
  /** Close the window after the response. Default `true`. If no login can begin, it is always closed. */
  closePopup?: boolean | undefined
}

/** Options of `getTokenWithPopup`. */
export interface GetTokenWithPopupOptions extends PopupLoginOptions {
  /** Accepted for compatibility, without effect: a popup is always opened. */
  cacheMode?: 'on' | 'off' | 'cache-only' | undefined
}

/** Options of `revokeRefreshToken`. */
export interface RevokeRefreshTokenOptions {
  /** The audience of the refresh tokens to revoke. Default: the audience of the client. */
  audience?: string | undefined
}

/** Options of `buildLogoutUrl`. */
export interface LogoutUrlOptions {
  /** The id of another client, or `null` to clear every client and send no id. */
  clientId?: string | null | undefined
  /** Other parameters of the URL. */
  logoutParams?:
    | {
        /** Also end the session at the identity provider behind the tenant. */
        federated?: boolean | undefined
        /** Where the server redirects to afterwards; must be allowed at the tenant. */
        returnTo?: string | undefined
        // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
        [key: string]: any
      }
    | undefined
}

/** Options of `logout`. */
export interface LogoutOptions extends LogoutUrlOptions {
  /** Navigates to the URL; `false` signs out locally, without leaving the page. */
  openUrl?: false | ((url: string) => Promise<void> | void) | undefined
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: ((url: string) => Promise<void>) | undefined
}
