/** @typedef {import('./token-cache.js').HeldToken} HeldToken */
/** @typedef {import('./watch-wire.js').WireRequest} WireRequest */

/**
 * Where a token came from.
 * @typedef {'cache' | 'refresh-token' | 'iframe' | 'other-tab' | 'code' | 'none' | 'error'} TokenSource
 */

/**
 * @typedef {object} MeasuredCall
 * @property {string} name
 * @property {TokenSource} source
 * @property {WireRequest[]} requests
 * @property {number} tokenRequests
 * @property {number} ms
 * @property {unknown} [value] the result of the call
 * @property {unknown} [error]
 */

/**
 * @param {{
 *   requests: WireRequest[],
 *   before: HeldToken | undefined,
 *   after: HeldToken | undefined,
 *   hasFailed: boolean,
 * }} observed
 * @returns {TokenSource}
 */
const sourceOf = ({ requests, before, after, hasFailed }) => {
  if (hasFailed) return 'error'
  // Requests to the API use a token and bring none.
  const tenantRequests = requests.filter(({ kind }) => kind !== 'api')
  if (tenantRequests.some(({ kind }) => kind === 'iframe')) return after ? 'iframe' : 'none'
  if (tenantRequests.some(({ detail }) => detail === 'refresh_token')) return 'refresh-token'
  if (tenantRequests.length > 0) return 'code'
  if (!after) return 'none'
  // No request to the tenant, and yet a token that this tab did not have: another tab requested it.
  return before?.accessToken === after.accessToken ? 'cache' : 'other-tab'
}

/** @param {() => Promise<unknown>} call */
const outcomeOf = async call => {
  try {
    return { value: await call() }
  } catch (error) {
    return { error }
  }
}

/**
 * Makes calls and finds out from the requests where the token came from. One call at a time, so that
 * the observed requests belong to the call.
 *
 * @param {{
 *   wire: import('./watch-wire.js').Wire,
 *   tokens: Pick<import('./token-cache.js').TokenCache, 'read'>,
 * }} parts
 */
export const createMeasureCall = ({ wire, tokens }) => {
  /**
   * @param {string} name
   * @param {() => Promise<unknown>} call
   * @param {HeldToken} [known]
   * @returns {Promise<MeasuredCall>}
   */
  const measure = async (name, call, known) => {
    const before = known ?? (await tokens.read())
    const recording = wire.record()
    const start = performance.now()
    const outcome = await outcomeOf(call)
    const ms = performance.now() - start
    const requests = recording.stop()
    const after = await tokens.read()
    const hasFailed = 'error' in outcome
    return {
      name,
      source: sourceOf({ requests, before, after, hasFailed }),
      requests,
      tokenRequests: requests.filter(({ kind }) => kind === 'token').length,
      ms,
      ...outcome,
    }
  }

  /** @type {Promise<unknown>} */
  let last = Promise.resolve()

  /**
   * Never rejects: what the call threw is the result's `error`.
   *
   * @param {string} name as the log shows it
   * @param {() => Promise<unknown>} call
   * @param {HeldToken} [known] the token this tab had, where another tab may have renewed since
   */
  return (name, call, known) => {
    const mine = last.then(() => measure(name, call, known))
    last = mine
    return mine
  }
}

/** @typedef {ReturnType<typeof createMeasureCall>} MeasureCall */
