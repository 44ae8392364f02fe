/** @typedef {typeof import('oidc-provider').errors.OIDCProviderError} OIDCProviderError */

/**
 * Makes errors the engine answers with as they are: OAuth's code in Auth0's status and words.
 *
 * @param {OIDCProviderError} OIDCProviderError
 */
export const createRefusals =
  OIDCProviderError =>
  /**
   * @param {number} status
   * @param {string} error
   * @param {string} description
   */
  (status, error, description) =>
    Object.assign(new OIDCProviderError(status, error), { error_description: description })

/** @typedef {ReturnType<typeof createRefusals>} Refusal */
