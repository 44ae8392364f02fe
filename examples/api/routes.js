/** @typedef {import('jose').JWTPayload} Claims */

/**
 * @typedef {object} Route
 * @property {'GET' | 'POST'} [method] GET unless given
 * @property {boolean} [isPublic] whether the route requires no token
 * @property {string} [scope] the scope that the token must have
 * @property {boolean} [needsStepUp] whether the login must be of a certain kind, and recent
 * @property {(claims: Claims, body: unknown) => object} answer
 */

/**
 * The routes of the API, by path. `/api/echo` counts how often it has done its work, so that a repeated
 * request can be seen.
 *
 * @returns {Record<string, Route>}
 */
export const createRoutes = () => {
  let echoes = 0

  /** @type {Record<string, Route>} */
  const routes = {
    '/': { isPublic: true, answer: () => ({ routes: Object.keys(routes) }) },
    '/api/public': { isPublic: true, answer: () => ({ message: 'This route is public.' }) },
    '/api/private': { answer: ({ sub }) => ({ message: `The API knows you as ${sub}.`, sub }) },
    '/api/private-scoped': {
      scope: 'read:messages',
      answer: ({ sub, scope }) => ({ message: 'You have read:messages.', sub, scope }),
    },
    '/api/step-up': {
      needsStepUp: true,
      answer: ({ sub, acr, auth_time }) => ({
        message: 'Your login is strong and recent enough.',
        sub,
        acr,
        auth_time,
      }),
    },
    '/api/echo': {
      method: 'POST',
      answer: ({ sub }, body) => {
        echoes += 1
        return { message: 'The API got your message.', sub, body, count: echoes }
      },
    },
  }
  return routes
}
