const AVATAR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#6d5dfc"/><stop offset="1" stop-color="#d9489b"/></linearGradient></defs><rect width="96" height="96" fill="url(#g)"/><circle cx="48" cy="38" r="17" fill="#fff" fill-opacity=".92"/><path d="M12 96c3-24 18-35 36-35s33 11 36 35z" fill="#fff" fill-opacity=".92"/></svg>`

/**
 * @typedef {{ email: string, password: string, sub: string } & Record<string, unknown>} TenantUser
 * A user who may sign in. `sub` identifies the user in tokens; every other member but `password` is
 * a claim. Standard claims follow their scope (OpenID Connect Core 5.4), others are always
 * included.
 */

/** @returns {TenantUser} the user to sign in with where no others are given */
export const createDefaultUser = () => ({
  sub: 'auth0|ada',
  email: 'ada@example.com',
  password: 'lovelace',
  email_verified: true,
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  nickname: 'ada',
  // A data: URI, so that the picture shows without a network.
  picture: `data:image/svg+xml;base64,${Buffer.from(AVATAR).toString('base64')}`,
})
