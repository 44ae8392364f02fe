/** What is stored of a login between the authorization request and its response. */
export interface LoginTransaction {
  response_type: 'code'
  /** Missing in transactions of auth0-spa-js 1.x. */
  state?: string
  nonce: string
  code_verifier: string
  scope: string
  /** The audience, or `default`. */
  audience: string
  redirect_uri?: string
  organization?: string
  /** In seconds, if it was sent. */
  max_age?: number
  appState?: unknown
}

/** What is stored while the user connects an account of another identity provider. */
export interface ConnectTransaction {
  response_type: 'connect_code'
  state: string
  code_verifier: string
  auth_session: string
  redirect_uri: string
  connection: string
  appState?: unknown
}

export type Transaction = LoginTransaction | ConnectTransaction
