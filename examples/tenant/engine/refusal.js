/** @typedef {typeof import('oidc-provider').errors.OIDCProviderError} OIDCProviderError */

/**
 * Creates errors that the engine sends unchanged: an OAuth error code with Auth0's status and
 * description.
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
