import { jwtVerify } from 'jose'
import { isJwt } from '../keys/is-jwt.js'

/** @typedef {import('oidc-provider').KoaContextWithOIDC} Context */

/**
 * @param {unknown} cnf RFC 7800 section 3
 * @returns {string | undefined} the thumbprint of the key a token is bound to (RFC 9449 section 6)
 */
const thumbprintIn = cnf => {
  const jkt = /** @type {{ jkt?: unknown } | undefined} */ (cnf)?.jkt
  return typeof jkt === 'string' ? jkt : undefined
}

/**
 * A token that is bound to anything else than the key of a DPoP proof, such as a client certificate
 * (RFC 8705 section 3.1), is refused: its binding cannot be checked here.
 *
 * @param {unknown} cnf
 */
const isCheckable = cnf =>
  cnf === undefined || (thumbprintIn(cnf) !== undefined && Object.keys(Object(cnf)).length === 1)

/**
 * Lets `/userinfo` accept JWT access tokens. The engine knows only the opaque ones it has stored;
 * Auth0 accepts any access token that was granted `openid`, even if its grant no longer exists.
 *
 * So a JWT is turned into what the engine would have found: the token, and a grant for the duration
 * of the request. The engine checks the scope and the DPoP proof (RFC 9449 section 7) in both
 * cases.
 *
 * @param {import('oidc-provider').Provider} provider
 * @param {{
 *   userinfoUrl: string,
 *   keys: import('../keys/signing-keys.js').SigningKeys,
 *   clock: import('../keys/tenant-clock.js').TenantClock,
 *   currentContext: () => Context | undefined,
 * }} parts
 */
export const acceptJwtsAtUserinfo = (provider, { userinfoUrl, keys, clock, currentContext }) => {
  const { AccessToken, Grant } = provider
  const [findToken, findGrant] = [AccessToken.find.bind(AccessToken), Grant.find.bind(Grant)]

  /** @param {string} value */
  const verify = value =>
    jwtVerify(value, keys.localKeySet(), {
      issuer: provider.issuer,
      audience: userinfoUrl,
      typ: 'at+jwt',
      currentDate: clock.now(),
    }).then(
      ({ payload }) => payload,
      () => undefined,
    )

  /**
   * @param {import('jose').JWTPayload} claims
   * @param {Context} context
   */
  const toToken = (claims, context) => {
    const owner = { accountId: claims.sub, clientId: String(claims.client_id) }
    const grant = Object.assign(new Grant(), { ...owner, jti: `jwt:${claims.jti}` })
    grant.addOIDCScope(String(claims.scope))
    context.state.grantOfJwt = grant
    const known = { ...owner, grantId: grant.jti, scope: String(claims.scope), claims: {} }
    return Object.assign(new AccessToken(/** @type {never} */ (known)), {
      jkt: thumbprintIn(claims.cnf),
    })
  }

  Object.assign(AccessToken, {
    /** @param {[string, { ignoreExpiration?: boolean }?]} lookup */
    async find(...lookup) {
      const context = currentContext()
      if (!context || !isJwt(lookup[0])) return findToken(...lookup)
      const claims = await verify(lookup[0])
      return claims && isCheckable(claims.cnf) ? toToken(claims, context) : undefined
    },
  })

  Object.assign(Grant, {
    /** @param {[string, { ignoreExpiration?: boolean }?]} lookup */
    async find(...lookup) {
      const grant = currentContext()?.state.grantOfJwt
      return grant?.jti === lookup[0] ? grant : findGrant(...lookup)
    },
  })
}
