/**
 * Whether what is set for refresh tokens counts for a login. At Auth0 it does for OIDC-conformant
 * applications, and an application becomes one by its setting or by asking for an `audience`. Any
 * other gets refresh tokens of the old kind: they neither rotate nor expire.
 *
 * @param {{ oidc_conformant?: boolean | undefined } | undefined} client
 * @param {string | readonly string[] | undefined} audience of the login
 */
export const isOidcConformant = (client, audience) =>
  client?.oidc_conformant !== false || (audience !== undefined && audience.length > 0)
