/** @typedef {import('./default-user.js').TenantUser} TenantUser */

/** Which claims a scope stands for: OpenID Connect Core 5.4. */
const SCOPE_CLAIMS = {
  profile: [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
}

/** Claims that every ID token may contain, independent of the request. */
const ALWAYS = ['sub', 'auth_time', 'acr', 'org_id', 'org_name']

/** @param {TenantUser} user */
const claimsOf = ({ password: _, ...claims }) => claims

/**
 * The users and their claims.
 *
 * @param {readonly TenantUser[]} users
 */
export const createUsers = users => {
  const byScope = new Set([...ALWAYS, ...Object.values(SCOPE_CLAIMS).flat()])
  const custom = users.flatMap(user => Object.keys(claimsOf(user))).filter(c => !byScope.has(c))

  return {
    /** Which claims a scope stands for, in the engine's form. */
    claimsByScope: { ...SCOPE_CLAIMS, openid: [...new Set([...ALWAYS, ...custom])] },

    /** @param {string} sub */
    claimsFor: sub => {
      const user = users.find(candidate => candidate.sub === sub)
      return user && claimsOf(user)
    },

    /**
     * @param {string} email
     * @param {string} password
     */
    signIn: (email, password) =>
      users.find(
        user => user.email.toLowerCase() === email.toLowerCase() && user.password === password,
      ),

    /** The user whose credentials are shown on the login page. */
    hint: users[0] && { email: users[0].email, password: users[0].password },
  }
}

/** @typedef {ReturnType<typeof createUsers>} Users */
