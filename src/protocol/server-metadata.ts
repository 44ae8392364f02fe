/** The addresses of one authorization server. No other file spells a path. */
export interface Endpoints {
  authorize: string
  token: string
  revoke: string
  logout: string
  jwks: string
}

/** The paths of an Auth0 tenant below its base URL. */
export const auth0Endpoints = (baseUrl: string): Endpoints => ({
  authorize: `${baseUrl}/authorize`,
  token: `${baseUrl}/oauth/token`,
  revoke: `${baseUrl}/oauth/revoke`,
  logout: `${baseUrl}/v2/logout`,
  jwks: `${baseUrl}/.well-known/jwks.json`,
})
