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
  deviceCode: '/oauth/device/code',
  activate: '/activate',
  management: '/api/v2',
})

/** @typedef {keyof typeof PATHS | 'other'} Endpoint */

const endpointsByPath = /** @type {Map<string, Endpoint>} */ (
  new Map(Object.entries(PATHS).map(([endpoint, path]) => [path, endpoint]))
)

/** Where browsers go while signing in, followed by an id. */
const LOGIN_STEPS = [PATHS.login, PATHS.authorize, PATHS.activate]

/**
 * Which endpoint a request is for. Coming back from the login page to `/authorize/<id>` belongs to
 * the login: it is not another authorization request.
 *
 * @param {string} path
 * @returns {Endpoint}
 */
export const endpointOf = path => {
  if (LOGIN_STEPS.some(step => path.startsWith(`${step}/`))) return 'login'
  if (path.startsWith(`${PATHS.management}/`)) return 'management'
  return endpointsByPath.get(path) ?? 'other'
}
