/** Auth0's paths. */
export const PATHS = /** @type {const} */ ({
  authorize: '/authorize',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  logout: '/v2/logout',
  userinfo: '/userinfo',
  discovery: '/.well-known/openid-configuration',
  jwks: '/.well-known/jwks.json',
  login: '/login',
})

/** @typedef {keyof typeof PATHS | 'other'} Endpoint */

const endpointsByPath = /** @type {Map<string, Endpoint>} */ (
  new Map(Object.entries(PATHS).map(([endpoint, path]) => [path, endpoint]))
)

/**
 * Which endpoint a request is for. Coming back from the login page to `/authorize/<id>` belongs to
 * the login: it is not another authorization request.
 *
 * @param {string} path
 * @returns {Endpoint}
 */
export const endpointOf = path => {
  const isLogin = path.startsWith(`${PATHS.login}/`) || path.startsWith(`${PATHS.authorize}/`)
  return isLogin ? 'login' : (endpointsByPath.get(path) ?? 'other')
}
