/**
 * Whether a login with this scope gets a refresh token that lasts as long as the session of the tenant:
 * Auth0's online access. Such a token does not rotate. `offline_access` takes precedence.
 *
 * @param {string | undefined} scope
 */
export const isOnlineAccess = (scope = '') => {
  const scopes = scope.split(' ')
  return scopes.includes('online_access') && !scopes.includes('offline_access')
}
