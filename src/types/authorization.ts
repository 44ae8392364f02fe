/** Parameters of the authorization request (OpenID Connect Core section 3.1.2.1 and Auth0's). */
export interface AuthorizationParams {
  /** How the login page should show itself; few servers look at it. */
  display?: 'page' | 'popup' | 'touch' | 'wap'
  /**
   * What the login page must ask for even if it need not: credentials, consent or an account;
   * `'none'`: nothing, so that a login without a session fails.
   */
  prompt?: 'none' | 'login' | 'consent' | 'select_account'
  /** The age of a login, in seconds, beyond which the user must sign in again. */
  max_age?: string | number
  /** Languages for the login page, the preferred one first, separated by spaces: `fr-CA fr en`. */
  ui_locales?: string
  /** An ID token that says who is expected to sign in. */
  id_token_hint?: string
  /** `'signup'` opens the page for new users. */
  screen_hint?: string
  /** The e-mail address or user name to begin with. */
  login_hint?: string
  /** Classes of authentication that are wanted, the preferred one first, separated by spaces. */
  acr_values?: string
  /** Scopes separated by spaces; `openid` is always added. */
  scope?: string
  /** The API that the access token is for. */
  audience?: string
  /** The connection to sign in with, such as `google-oauth2`, without the page that offers several. */
  connection?: string
  /** An organization's id (`org_…`) or name; the ID token must then name the same one. */
  organization?: string
  /** The ticket of an invitation to an organization, from the link in the e-mail. */
  invitation?: string
  /** Where the authorization server sends the browser back to. */
  redirect_uri?: string
  /** A token that carries the session of another application over to this one. */
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

/** The same for the client as a whole: `scope` may differ from audience to audience. */
export interface ClientAuthorizationParams extends Omit<AuthorizationParams, 'scope'> {
  /** Scopes for every audience, or one string per audience with `default` for the rest. */
  scope?: string | Record<string, string>
}

/** Options of `loginWithRedirect`. */
// biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
export interface RedirectLoginOptions<TAppState = any> {
  /** Parameters of this login; they win over the client's. */
  authorizationParams?: AuthorizationParams
  /** Anything that can be JSON; `handleRedirectCallback` gives it back. */
  appState?: TAppState
  /** Appended to the authorization URL after a `#`. */
  fragment?: string
  /** Leaves the page in another way than `window.location.assign`. */
  openUrl?: (url: string) => Promise<void> | void
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: (url: string) => Promise<void>
}

/** What a redirect login ended in. */
// biome-ignore lint/suspicious/noExplicitAny: applications read their own state without a cast
export interface RedirectLoginResult<TAppState = any> {
  /** What was passed to `loginWithRedirect`. */
  appState?: TAppState
  /** What the answer brought: always a code. */
  response_type: 'code'
}

/** Options of `handleRedirectCallback`. */
export interface RedirectCallbackOptions {
  /** Removes the answer's parameters from the address bar once they are read. */
  cleanUrl?: boolean
}

/** Options of `loginWithPopup`. */
export interface PopupLoginOptions {
  /** Parameters of this login; they win over the client's. */
  authorizationParams?: AuthorizationParams
}

/** The window that a popup login uses, and what becomes of it. */
export interface PopupConfigOptions {
  /** How long to wait for the login. Default: `authorizeTimeoutInSeconds`. */
  timeoutInSeconds?: number
  /** A window that the application has opened itself. */
  // biome-ignore lint/suspicious/noExplicitAny: windows of other realms and test doubles
  popup?: any
  /** Close the window when the login has ended, well or not. Default `true`. */
  closePopup?: boolean
}

/** Options of `getTokenWithPopup`. */
export interface GetTokenWithPopupOptions extends PopupLoginOptions {
  /** Accepted for compatibility; a popup is opened in any case. */
  cacheMode?: 'on' | 'off' | 'cache-only'
}

/** Options of `revokeRefreshToken`. */
export interface RevokeRefreshTokenOptions {
  /** Whose refresh tokens are revoked. Default: the audience the client is configured with. */
  audience?: string
}

/** What the URL of a logout is made of. */
export interface LogoutUrlOptions {
  /** Another client's id, or `null` to clear every client and name none to the server. */
  clientId?: string | null
  /** What the address says beside the client's id. */
  logoutParams?: {
    /** Also end the session at the identity provider behind the tenant. */
    federated?: boolean
    /** Where the server sends the browser afterwards; must be allowed at the tenant. */
    returnTo?: string
    // biome-ignore lint/suspicious/noExplicitAny: custom parameters for the tenant
    [key: string]: any
  }
}

/** Options of `logout`. */
export interface LogoutOptions extends LogoutUrlOptions {
  /** Leaves the page in another way; `false` signs out here only, without leaving. */
  openUrl?: false | ((url: string) => Promise<void> | void)
  /** @deprecated The old name of `openUrl`. */
  onRedirect?: (url: string) => Promise<void>
}
