const NAMES = /** @type {Record<number, string>} */ ({
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
})

/** An answer of the management API that is an error, to be thrown. */
export class ManagementProblem extends Error {
  /** @override */
  name = 'ManagementProblem'

  /**
   * @param {number} status
   * @param {string} message
   * @param {string} [errorCode]
   */
  constructor(status, message, errorCode) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }

  /** Auth0's JSON form. */
  toJSON() {
    return {
      statusCode: this.status,
      error: NAMES[this.status],
      message: this.message,
      ...(this.errorCode && { errorCode: this.errorCode }),
    }
  }
}
