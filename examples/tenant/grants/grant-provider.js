/** @typedef {typeof import('oidc-provider').Provider} ProviderClass */
/** @typedef {import('oidc-provider').TokenEndpointGrantContext} GrantContext */
/** @typedef {(ctx: GrantContext) => Promise<void> | void} GrantHandler */

/**
 * @typedef {object} AdaptedGrant
 * @property {GrantHandler} handler
 * @property {readonly string[]} [params] which the grant reads besides its own
 */

/** @param {string | Iterable<string>} names */
const listOf = names => (typeof names === 'string' ? [names] : [...names])

/**
 * The engine, with every grant adapted as it is registered. A subclass, because the engine
 * registers its own grants in its constructor and does not expose their handlers.
 *
 * @param {ProviderClass} Provider
 * @param {(name: string, handler: GrantHandler) => AdaptedGrant} adapt
 * @returns {ProviderClass}
 */
export const createGrantProvider = (Provider, adapt) =>
  class extends Provider {
    /**
     * @override
     * @type {InstanceType<ProviderClass>['registerGrantType']}
     */
    registerGrantType(name, handler, params = [], duplicates) {
      const adapted = adapt(name, /** @type {GrantHandler} */ (handler))
      const names = [...listOf(params), ...(adapted.params ?? [])]
      super.registerGrantType(name, adapted.handler, names, duplicates)
    }
  }
