/**
 * @typedef {object} WireRequest
 * @property {string} method
 * @property {string} path
 * @property {string} detail the grant, or how the page was asked for; never a token
 * @property {'token' | 'iframe'} kind
 * @property {number} [status] the answer's, where there is one to see
 * @property {number} [ms]
 */

/** @param {RequestInit['body']} body */
const grantOf = body =>
  typeof body === 'string' ? (new URLSearchParams(body).get('grant_type') ?? '') : ''

/**
 * Records the requests of this page to the tenant: token requests and hidden iframes. Must be
 * started before the SDK is used.
 *
 * @param {string} tenantUrl
 */
export const watchWire = tenantUrl => {
  const tenantOrigin = new URL(tenantUrl).origin
  /** @type {Set<WireRequest[]>} */
  const recordings = new Set()

  /** @param {WireRequest} request */
  const note = request => {
    for (const recording of recordings) recording.push(request)
    return request
  }

  const originalFetch = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href)
    if (url.origin !== tenantOrigin) return originalFetch(input, init)
    const request = note({
      kind: 'token',
      method: init?.method ?? 'GET',
      path: url.pathname,
      detail: grantOf(init?.body),
    })
    const start = performance.now()
    try {
      const response = await originalFetch(input, init)
      request.status = response.status
      return response
    } finally {
      request.ms = performance.now() - start
    }
  }

  /** @param {Node} node */
  const noteFrame = node => {
    if (!(node instanceof HTMLIFrameElement)) return
    const { origin, pathname, searchParams } = new URL(node.src || 'about:blank')
    if (origin !== tenantOrigin) return
    const detail = `prompt=${searchParams.get('prompt') ?? '-'}, hidden iframe`
    note({ kind: 'iframe', method: 'GET', path: pathname, detail })
  }
  const observer = new MutationObserver(mutations => {
    for (const { addedNodes } of mutations) addedNodes.forEach(noteFrame)
  })
  observer.observe(document.body, { childList: true })

  return {
    /** Begins to record; `stop` gives everything that was asked since. */
    record: () => {
      /** @type {WireRequest[]} */
      const recording = []
      recordings.add(recording)
      return {
        stop: () => {
          recordings.delete(recording)
          return recording
        },
      }
    },
  }
}

/** @typedef {ReturnType<typeof watchWire>} Wire */
