/** Parameters of the authorization request (OpenID Connect Core section 3.1.2.1 and Auth0's). */
export interface AuthorizationParams {
  /** How the login page should be displayed; few servers support it. */
  display?: 'page' | 'popup' | 'touch' | 'wap'
  /**
   * What the login page must ask for in any case: credentials, consent or an account. With `'none'`
   * it asks for nothing, and a login without a session fails.
   */
  prompt?: 'none' | 'login' | 'consent' | 'select_account'
  /** The maximum age of the login in seconds; after it the user must sign in again. */
  max_age?: string | number
  /** Languages of the login page in order of preference, separated by spaces: `fr-CA fr en`. */
  ui_locales?: string
  /** An ID token of the user who is expected to sign in. */
  id_token_hint?: string
  /** `'signup'` opens the sign-up page. */
  screen_hint?: string
  /** The e-mail address or user name to fill in. */
  login_hint?: string
  /** Authentication context classes in order of preference, separated by spaces. */
  acr_values?: string
  /** Scopes separated by spaces; `openid` is always added. */
  scope?: string
  /** The API that the access token is for. */
  audience?: string
  /** The connection to sign in with, such as `google-oauth2`, without a page to choose one. */
  connection?: string
  /** The id (`org_…`) or name of an organization; the ID token must contain the same one. */
  organization?: string
  /** The ticket of an invitation to an organization, from the link in the e-mail. */
  invitation?: string
  /** Where the authorization server sends the browser back to. */
  redirect_uri?: string
  /** A token that transfers the session of another application to this one. */
  session_transfer_token?: string
  /** The experiment that this login is part of. */
  experiment_id?: string
  /** The variation of the experiment that the user was given. */
  variation_id?: string
  /** The segment of users that the experiment is for. */
  segment_id?: string
  // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
  [key: string]: any
}

/** Parameters of the client: `scope` may be different for each audience. */
export interface ClientAuthorizationParams extends Omit<AuthorizationParams, 'scope'> {
  /** Scopes for every audience, or one string per audience with `default` for all others. */
  scope?: string | Record<string, string>
}

/** Options of `loginWithRedirect`. */
// biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
export interface RedirectLoginOptions<TAppState = any> {
  /** Parameters of this login; they take precedence over the client's. */
  authorizationParams?: AuthorizationParams
  /** Any JSON value; `handleRedirectCallback` returns it. Functions in it are lost. */
  appState?: TAppState
  /** Appended to the authorization URL after a `#`. */
  fragment?: string
  /** Navigates to the URL in place of `window.location.assign`. */
  openUrl?: (url: string) => Promise<void> | void
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: (url: string) => Promise<void>
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
  cleanUrl?: boolean
}

/** Options of `loginWithPopup`. */
export interface PopupLoginOptions {
  /** Parameters of this login; they take precedence over the client's. */
  authorizationParams?: AuthorizationParams
}

/** The window of a popup login. */
export interface PopupConfigOptions {
  /** How long to wait for the login. Default: `authorizeTimeoutInSeconds`. */
  timeoutInSeconds?: number
  /** A window that the application has opened. */
  // biome-ignore lint/suspicious/noExplicitAny: windows of other realms and test doubles
  popup?: any
  /** Close the window after the response. Default `true`. If no login can begin, it is always closed. */
  closePopup?: boolean
}

/** Options of `getTokenWithPopup`. */
export interface GetTokenWithPopupOptions extends PopupLoginOptions {
  /** Accepted for compatibility, without effect: a popup is always opened. */
  cacheMode?: 'on' | 'off' | 'cache-only'
}

/** Options of `revokeRefreshToken`. */
export interface RevokeRefreshTokenOptions {
  /** The audience of the refresh tokens to revoke. Default: the audience of the client. */
  audience?: string
}

/** Options of `buildLogoutUrl`. */
export interface LogoutUrlOptions {
  /** The id of another client, or `null` to clear every client and send no id. */
  clientId?: string | null
  /** Other parameters of the URL. */
  logoutParams?: {
    /** Also end the session at the identity provider behind the tenant. */
    federated?: boolean
    /** Where the server redirects to afterwards; must be allowed at the tenant. */
    returnTo?: string
    // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
    [key: string]: any
  }
}

/** Options of `logout`. */
export interface LogoutOptions extends LogoutUrlOptions {
  /** Navigates to the URL; `false` signs out locally, without leaving the page. */
  openUrl?: false | ((url: string) => Promise<void> | void)
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: (url: string) => Promise<void>
}
