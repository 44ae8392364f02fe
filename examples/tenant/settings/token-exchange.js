/**
 * @typedef {object} TokenExchangeRequest
 * A request to exchange a token (RFC 8693 section 2.1), as a validator gets it.
 * @property {string} client_id
 * @property {string} subject_token
 * @property {string} subject_token_type
 * @property {string} [actor_token]
 * @property {string} [actor_token_type]
 * @property {string} [audience]
 * @property {string} [scope]
 * @property {string} [organization]
 * @property {Record<string, string>} params every parameter of the request, also those not named here
 *
 * @typedef {object} TokenExchangeResult
 * @property {string} sub identifies the user, who need not be one of the tenant's users
 * @property {string} [organization] id or name, for requests that name none
 * @property {Record<string, unknown>} [act] the party that acts for the user (RFC 8693 section 4.1)
 * @property {Record<string, unknown>} [claims] more claims of the ID token
 *
 * @typedef {(request: TokenExchangeRequest) => TokenExchangeResult | undefined
 *   | Promise<TokenExchangeResult | undefined>} TokenExchangeValidator
 * Decides about a subject token. `undefined` refuses it with `invalid_grant`; so does an error, whose
 * message becomes the description. A member `error` of the error replaces the code.
 *
 * @typedef {{ subject_token_type: string, subject_token: string } & TokenExchangeResult}
 *   ExchangeableToken a subject token that is known in advance
 *
 * @typedef {Record<string, TokenExchangeValidator> | ExchangeableToken[]} TokenExchangeOption
 * Validators by `subject_token_type`, or a list of tokens.
 */

/**
 * @param {readonly ExchangeableToken[]} tokens of one type
 * @returns {TokenExchangeValidator}
 */
const createLookup =
  tokens =>
  ({ subject_token: given, actor_token: actor }) => {
    const found = tokens.find(({ subject_token }) => subject_token === given)
    if (found?.act && !actor) throw new Error('This subject token requires an actor_token.')
    return found
  }

/** @param {readonly ExchangeableToken[]} tokens */
const fromList = tokens => {
  /** @type {Map<string, ExchangeableToken[]>} */
  const byType = new Map()
  for (const token of tokens) {
    const { subject_token_type: type, subject_token: text } = token
    const ofType = byType.get(type) ?? []
    if (ofType.some(({ subject_token }) => subject_token === text)) {
      throw new TypeError(`tokenExchange has two subject tokens "${text}" of type "${type}".`)
    }
    byType.set(type, [...ofType, token])
  }
  return new Map([...byType].map(([type, ofType]) => [type, createLookup(ofType)]))
}

/**
 * @param {TokenExchangeOption} option
 * @returns {ReadonlyMap<string, TokenExchangeValidator>} by `subject_token_type`
 */
export const resolveTokenExchange = option => {
  if (Array.isArray(option)) return fromList(option)
  for (const [type, validate] of Object.entries(option)) {
    if (typeof validate !== 'function') {
      throw new TypeError(`tokenExchange["${type}"] must be a function.`)
    }
  }
  return new Map(Object.entries(option))
}
