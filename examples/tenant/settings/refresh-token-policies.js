/**
 * @typedef {object} AudiencePolicy
 * Which access tokens a refresh token may be exchanged for besides those of its login.
 * @property {string} audience
 * @property {string[]} scope
 */

/** @typedef {{ path: string, message: string }} Problem */

/** @param {unknown} value */
const isText = value => typeof value === 'string' && value !== ''

/** @param {unknown} value */
const isPolicy = value => {
  if (typeof value !== 'object' || value === null) return false
  const { audience, scope, ...rest } = /** @type {Record<string, unknown>} */ (value)
  const isKnown = Object.keys(rest).length === 0
  return isKnown && isText(audience) && Array.isArray(scope) && scope.every(isText)
}

/**
 * @param {unknown} policies
 * @returns {{ value: AudiencePolicy[], problems?: never } | { value?: never, problems: Problem[] }}
 */
export const validatePolicies = policies => {
  if (!Array.isArray(policies)) {
    return { problems: [{ path: 'policies', message: 'Expected type array' }] }
  }
  const problems = policies.flatMap((policy, index) =>
    isPolicy(policy)
      ? []
      : [{ path: `policies.${index}`, message: 'Expected an audience and a list of scopes' }],
  )
  return problems.length > 0 ? { problems } : { value: policies }
}
