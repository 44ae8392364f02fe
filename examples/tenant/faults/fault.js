/**
 * A fault that a tenant simulates. Plain JSON, so that it can come from another process.
 *
 * @typedef {object} FaultFilter
 * The requests it applies to. It never applies to preflights.
 * @property {import('../http/paths.js').Endpoint} endpoint
 * @property {string} [grantType]
 * @property {string} [client_id]
 * @property {string} [prompt]
 * @property {boolean} [inFrames] only requests a browser makes for a frame (`Sec-Fetch-Dest`)
 * @property {number} [skip] how many matching requests are left alone first
 * @property {number} [times] how many are then affected; all unless given
 * @property {number} [probability] 0 to 1: the share of matching requests that are considered
 * @property {number} [seed] makes the random choices reproducible
 *
 * @typedef {object} JwtChange
 * A change to an issued token. The token is signed again with the tenant's key, so its signature is
 * valid.
 * @property {Record<string, unknown>} [claims] set or replaced
 * @property {string[]} [removeClaims]
 * @property {Record<string, unknown>} [header] members set or replaced
 * @property {string[]} [removeHeader]
 * @property {string} [alg] signed with a published key for it; `none` has no signature, and `HS…`
 *   uses the public key as the shared secret
 * @property {'wrong-key' | 'stripped' | 'tampered'} [signature]
 *
 * @typedef {object} FaultEffects
 * The effects on these requests. The effects of one fault are combined.
 * @property {number} [delayBeforeMs] before the work is done
 * @property {number} [delayAfterMs] after the work, before the response is sent
 * @property {'before' | 'after'} [hold] waits there until the fault is removed
 * @property {'before' | 'during' | 'after'} [drop] the connection ends before the work is done, in
 *   the middle of the answer, or after the work with no answer at all
 * @property {boolean} [reset] a drop resets the connection instead of closing it
 * @property {number} [status] replaces the response and prevents the work; 200 if only a body is
 *   given
 * @property {Record<string, string>} [headers] of the replacement, or additional headers of the
 *   normal response
 * @property {'new-nonce' | 'no-nonce'} [useDpopNonce] answers `use_dpop_nonce` (RFC 9449 sections 8
 *   and 9) with another nonce each time, which the tenant does not accept, or without one
 * @property {unknown} [json]
 * @property {string} [html]
 * @property {string} [body] of a type named in `headers`, else plain text
 * @property {'before' | 'after'} [when] `after`: the work is done, then the other answer is sent
 * @property {boolean} [truncate] the body is cut in the middle, with a matching `Content-Length`
 * @property {{ remove?: string[], set?: Record<string, unknown> }} [mutate] members of a JSON answer
 * @property {JwtChange} [idToken]
 * @property {JwtChange} [accessToken] where it is a JWT
 * @property {{ remove?: string[], set?: Record<string, string>, repeat?: string[] }}
 *   [authorizationResponse] parameters of the answer the application gets, as a redirect or as a
 *   web message. The fault then applies to these responses, also after the login page
 * @property {'blocked'} [cookies] neither read nor set, as if the browser blocked them
 * @property {boolean} [cors] `false`: the answer cannot be read by a page
 *
 * @typedef {FaultFilter & FaultEffects & { name?: string }} Fault
 * `name` appears in the log and the events; generated from the effects by default.
 *
 * @typedef {Fault & { id: string, name: string, uses: number }} ActiveFault
 */

export {}
