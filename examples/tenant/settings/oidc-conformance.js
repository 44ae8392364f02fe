/**
 * Whether the refresh token settings apply to a login. At Auth0 they apply to OIDC-conformant
 * applications: by their setting, or if the login requests an `audience`. All others get legacy
 * refresh tokens that neither rotate nor expire.
 *
 * @param {{ oidc_conformant?: boolean | undefined } | undefined} client
 * @param {string | readonly string[] | undefined} audience of the login
 */
export const isOidcConformant = (client, audience) =>
  client?.oidc_conformant !== false || (audience !== undefined && audience.length > 0)
