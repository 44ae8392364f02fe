/** @typedef {import('./grant-provider.js').GrantContext} GrantContext */
/** @typedef {import('./grant-provider.js').GrantHandler} GrantHandler */
/** @typedef {import('../settings/token-exchange.js').TokenExchangeRequest} TokenExchangeRequest */

/** The parameters of the grant that the engine reads. A validator gets all of the body. */
export const TOKEN_EXCHANGE_PARAMS = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'audience',
  'scope',
  'organization',
]

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** @param {unknown} value */
const text = value => (typeof value === 'string' ? value : '')

/**
 * @param {GrantContext} ctx
 * @returns {TokenExchangeRequest}
 */
const requestOf = ctx => {
  const { params, client } = ctx.oidc
  const given = TOKEN_EXCHANGE_PARAMS.filter(name => text(params[name]))
  return /** @type {TokenExchangeRequest} */ ({
    client_id: client.clientId,
    ...Object.fromEntries(given.map(name => [name, text(params[name])])),
    params: Object.fromEntries(ctx.state.form ?? []),
  })
}

/**
 * Token exchange (RFC 8693), as Auth0's custom token exchange: a validator of the configuration decides
 * which user a subject token stands for.
 *
 * @param {{
 *   validators: ReadonlyMap<string, import('../settings/token-exchange.js').TokenExchangeValidator>,
 *   authorizations: import('../engine/authorizations.js').Authorizations,
 *   refusal: import('../engine/refusal.js').Refusal,
 *   redeem: import('./redeem-as-device-code.js').RedeemAsDeviceCode,
 * }} parts
 * @returns {GrantHandler}
 */
export const createTokenExchange = ({ validators, authorizations, refusal, redeem }) => {
  /** @param {string} description */
  const invalidRequest = description => refusal(400, 'invalid_request', description)

  /** @param {TokenExchangeRequest} request */
  const validatorFor = request => {
    for (const name of /** @type {const} */ (['subject_token', 'subject_token_type'])) {
      if (!request[name]) throw invalidRequest(`Missing required parameter: ${name}`)
    }
    if (!request.actor_token !== !request.actor_token_type) {
      throw invalidRequest('actor_token and actor_token_type need each other.')
    }
    const validate = validators.get(request.subject_token_type)
    if (!validate) throw invalidRequest('The subject_token_type is not known.')
    return validate
  }

  /** @param {TokenExchangeRequest} request */
  const identify = async request => {
    const validate = validatorFor(request)
    try {
      const result = await validate(request)
      if (result?.sub) return result
    } catch (error) {
      const { error: code, message } = Object(error)
      throw refusal(400, text(code) || 'invalid_grant', text(message) || 'The validator failed.')
    }
    throw refusal(400, 'invalid_grant', 'The subject token is not valid.')
  }

  return async ctx => {
    const request = requestOf(ctx)
    authorizations.requireOrganization(ctx, request.organization)
    const { sub, act, claims = {}, ...result } = await identify(request)
    const organization = request.organization ?? result.organization
    if (organization) {
      authorizations.requireOrganization(ctx, organization)
      authorizations.requireMember(organization, sub, claims.email)
    }
    await redeem(ctx, {
      sub,
      scope: request.scope ?? '',
      ...(request.audience && { audience: request.audience }),
      ...(organization && { organization }),
      exchange: { claims, ...(act && { act }) },
    })
    Object.assign(Object(ctx.body), { issued_token_type: ACCESS_TOKEN_TYPE })
  }
}
