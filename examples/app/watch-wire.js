import { decodeJwt } from './decode-jwt.js'

/**
 * @typedef {object} WireRequest
 * @property {string} method
 * @property {string} path
 * @property {string} detail the grant, the scheme, or how the page was asked for; never a token
 * @property {'token' | 'iframe' | 'api'} kind
 * @property {Proof} [proof] what its DPoP proof says
 * @property {number} [status] of the response, if there is one
 * @property {string} [error] the code of an error response
 * @property {number} [ms]
 */

/** @typedef {NonNullable<ReturnType<typeof decodeJwt>>} Proof */

/** @param {BodyInit | null | undefined} body */
const grantOf = body =>
  typeof body === 'string' ? (new URLSearchParams(body).get('grant_type') ?? '') : ''

/** @param {Headers} headers */
const schemeOf = headers => headers.get('authorization')?.split(' ')[0] ?? ''

/** @param {Response} response */
const errorOf = async response => {
  try {
    const { error } = await response.clone().json()
    return typeof error === 'string' ? { error } : {}
  } catch {
    return {}
  }
}

/**
 * Records the requests of this page: token requests and hidden iframes of the tenant, and requests
 * to the API. Must be started before the SDK is used.
 *
 * @param {{ tenantUrl: string, apiUrl: string }} urls `apiUrl`: empty if there is no API
 */
export const watchWire = ({ tenantUrl, apiUrl }) => {
  const tenantOrigin = new URL(tenantUrl).origin
  const apiOrigin = apiUrl && new URL(apiUrl).origin
  /** @type {Set<WireRequest[]>} */
  const recordings = new Set()
  /** @type {Set<(request: WireRequest) => void>} */
  const listeners = new Set()

  /** @param {WireRequest} request */
  const note = request => {
    for (const recording of recordings) recording.push(request)
    for (const listener of listeners) listener(request)
    return request
  }

  /**
   * @param {RequestInfo | URL} input
   * @param {RequestInit} [init]
   * @returns {WireRequest | undefined} nothing for requests to elsewhere, or without an access token
   */
  const describe = (input, init) => {
    const given = input instanceof Request ? input : undefined
    const url = new URL(given?.url ?? String(input), location.href)
    const headers = new Headers(init?.headers ?? given?.headers)
    const kind = url.origin === tenantOrigin ? 'token' : 'api'
    const detail = kind === 'token' ? grantOf(init?.body) : schemeOf(headers)
    if (kind === 'api' && !(url.origin === apiOrigin && detail)) return undefined
    const proof = decodeJwt(headers.get('dpop') ?? '')
    const method = init?.method ?? given?.method ?? 'GET'
    return { kind, method, path: url.pathname, detail, ...(proof && { proof }) }
  }

  const originalFetch = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const described = describe(input, init)
    if (!described) return originalFetch(input, init)
    const request = note(described)
    const start = performance.now()
    try {
      const response = await originalFetch(input, init)
      request.status = response.status
      if (!response.ok) Object.assign(request, await errorOf(response))
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
    /** @param {(request: WireRequest) => void} listener called as soon as a request is sent */
    onRequest: listener => listeners.add(listener),

    /** Begins to record; `stop` returns all requests since. */
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
