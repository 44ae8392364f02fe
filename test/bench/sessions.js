/** Sessions as the SDKs keep them, in the format that Latchkey shares with auth0-spa-js. */

/** @typedef {Awaited<ReturnType<import('./server/start-stand-in.js').StandIn['issue']>>} Tokens */

export const AUDIENCE = 'https://api.example.com/'
export const NARROW_SCOPE = 'openid profile email offline_access'
export const MORE_SCOPES = 'read:items write:items'
export const WIDE_SCOPE = `${NARROW_SCOPE} ${MORE_SCOPES}`

const NOT_ABOUT_THE_USER = ['iss', 'aud', 'iat', 'exp', 'nonce', 'sid']

/** @param {number} index */
export const otherAudience = index => `https://api-${index}.example.com/`

/** @param {string} text */
const fromBase64Url = text => JSON.parse(Buffer.from(text, 'base64url').toString())

/** @param {string} idToken */
const decode = idToken => {
  const [header = '', payload = '', signature = ''] = idToken.split('.')
  const claims = fromBase64Url(payload)
  const user = Object.fromEntries(
    Object.entries(claims).filter(([name]) => !NOT_ABOUT_THE_USER.includes(name)),
  )
  return {
    encoded: { header, payload, signature },
    header: fromBase64Url(header),
    claims: { __raw: idToken, ...claims },
    user,
  }
}

/** @typedef {{ audience: string, scope: string }} Slot */

/**
 * The items of a session: the ID token, and one access token for each slot.
 *
 * @param {{ clientId: string, tokens: Tokens, slots: readonly Slot[] }} session
 * @returns {[key: string, value: unknown][]}
 */
export const sessionItems = ({ clientId, tokens, slots }) => {
  const { id_token, scope: oauthTokenScope, ...rest } = tokens
  const prefix = `@@auth0spajs@@::${clientId}`
  const expiresAt = Math.floor(Date.now() / 1000) + tokens.expires_in
  return [
    [`${prefix}::@@user@@`, { id_token, decodedToken: decode(id_token) }],
    ...slots.map(({ audience, scope }) => {
      const body = { ...rest, oauthTokenScope, scope, audience, client_id: clientId }
      return /** @type {[string, unknown]} */ ([
        `${prefix}::${audience}::${scope}`,
        { body, expiresAt },
      ])
    }),
  ]
}

/**
 * The same session as oidc-client-ts keeps it.
 *
 * @param {{ authority: string, clientId: string, tokens: Tokens }} session
 * @returns {[key: string, value: unknown]}
 */
export const oidcClientItem = ({ authority, clientId, tokens }) => {
  const { expires_in, ...rest } = tokens
  return [
    `oidc.user:${authority}:${clientId}`,
    {
      ...rest,
      session_state: null,
      profile: decode(tokens.id_token).claims,
      expires_at: Math.floor(Date.now() / 1000) + expires_in,
    },
  ]
}

/**
 * A session of one token, for whatever SDK looks for it.
 *
 * @param {import('./server/start-stand-in.js').StandIn} standIn
 * @param {string} clientId
 * @returns {Promise<[key: string, value: unknown][]>}
 */
export const storedSession = async (standIn, clientId) => {
  const tokens = await standIn.issue({ clientId, scope: NARROW_SCOPE })
  const slots = [{ audience: AUDIENCE, scope: NARROW_SCOPE }]
  return [
    ...sessionItems({ clientId, tokens, slots }),
    oidcClientItem({ authority: standIn.url, clientId, tokens }),
  ]
}
