/**
 * @typedef {object} TenantOrganization
 * @property {string} id begins with `org_`
 * @property {string} name in lower case
 * @property {string} [display_name]
 * @property {string[]} [members] `sub` or email; everybody is a member where there is no list
 */

/** @param {TenantOrganization} organization */
const checkOrganization = ({ id, name }) => {
  if (!/^org_\w+$/.test(id)) {
    throw new TypeError(`The id of organization "${id}" does not begin with org_.`)
  }
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name) || name.startsWith('org_')) {
    throw new TypeError(
      `The name of organization "${name}" may have lower case letters, digits, - and _ only.`,
    )
  }
}

/** @param {readonly TenantOrganization[]} organizations */
export const checkOrganizations = organizations => {
  organizations.forEach(checkOrganization)
  for (const key of /** @type {const} */ (['id', 'name'])) {
    const values = organizations.map(organization => organization[key])
    if (new Set(values).size < values.length) {
      throw new TypeError(`Two organizations have the same ${key}.`)
    }
  }
}

/**
 * The organizations a user may sign in to. Where none are configured, every organization exists and
 * everybody is a member.
 *
 * @param {readonly TenantOrganization[]} organizations
 */
export const createOrganizations = organizations => {
  /** @param {string} text id or name, as in the request */
  const find = text =>
    organizations.find(({ id, name }) => id === text || name === text.toLowerCase())

  return {
    /** @param {string} text */
    isKnown: text => organizations.length === 0 || find(text) !== undefined,

    /**
     * @param {string} text
     * @param {{ sub: string, email?: unknown }} user
     */
    hasMember: (text, { sub, email }) => {
      const members = find(text)?.members
      const isNamed = (/** @type {string} */ member) =>
        member === sub || member.toLowerCase() === String(email).toLowerCase()
      return members === undefined || members.some(isNamed)
    },

    /**
     * The claims about the organization.
     *
     * @param {string} text
     * @returns {{ org_id?: string, org_name?: string }}
     */
    claimsOf: text => {
      const found = find(text)
      if (found) return { org_id: found.id, org_name: found.name }
      return text.startsWith('org_') ? { org_id: text } : { org_name: text.toLowerCase() }
    },
  }
}

/** @typedef {ReturnType<typeof createOrganizations>} Organizations */
