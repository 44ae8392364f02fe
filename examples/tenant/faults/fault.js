/**
 * What a tenant can be told to do wrong. Plain JSON, so that it can come from another process.
 *
 * @typedef {object} FaultFilter
 * Which requests it is about. Preflights never are.
 * @property {import('../http/paths.js').Endpoint} endpoint
 * @property {string} [grantType]
 * @property {string} [client_id]
 * @property {string} [prompt]
 * @property {boolean} [inFrames] only requests a browser makes for a frame (`Sec-Fetch-Dest`)
 * @property {number} [skip] how many fitting requests are let through first
 * @property {number} [times] how many are then affected; all unless given
 * @property {number} [probability] of 0 to 1: which of the fitting requests count at all
 * @property {number} [seed] makes the draws the same in every run
 *
 * @typedef {object} JwtChange
 * A token issued anew with something changed. It is signed by the tenant's key all the same, so
 * that whoever verifies only the signature accepts it.
 * @property {Record<string, unknown>} [claims] set or replaced
 * @property {string[]} [removeClaims]
 * @property {Record<string, unknown>} [header] members set or replaced
 * @property {string[]} [removeHeader]
 * @property {string} [alg] signed with a published key for it; `none` has no signature, and `HS…`
 *   takes the public key for a shared secret
 * @property {'wrong-key' | 'stripped' | 'tampered'} [signature]
 *
 * @typedef {object} FaultEffects
 * What becomes of those requests. Effects of one fault are combined.
 * @property {number} [delayBeforeMs] before the work is done
 * @property {number} [delayAfterMs] after it is done, before the answer leaves
 * @property {'before' | 'after'} [hold] waits there until the fault is removed
 * @property {'before' | 'during' | 'after'} [drop] the connection ends before the work is done, in
 *   the middle of the answer, or after the work with no answer at all
 * @property {boolean} [reset] a drop resets the connection instead of closing it
 * @property {number} [status] another answer, without the work being done; 200 where only a body is
 *   given
 * @property {Record<string, string>} [headers] of that other answer, or more of them for the usual
 * @property {unknown} [json]
 * @property {string} [html]
 * @property {string} [body] of a type named in `headers`, else plain text
 * @property {'before' | 'after'} [when] `after`: the work is done, then the other answer is sent
 * @property {boolean} [truncate] the answer is cut in the middle, and says it is complete
 * @property {{ remove?: string[], set?: Record<string, unknown> }} [mutate] members of a JSON answer
 * @property {JwtChange} [idToken]
 * @property {JwtChange} [accessToken] where it is a JWT
 * @property {{ remove?: string[], set?: Record<string, string>, repeat?: string[] }}
 *   [authorizationResponse] parameters of the answer the application gets, as a redirect or as a
 *   web message. The fault is then about these answers, also where they follow the login page
 * @property {'blocked'} [cookies] neither read nor set, as where a browser blocks them in frames
 * @property {boolean} [cors] `false`: the answer cannot be read by a page
 *
 * @typedef {FaultFilter & FaultEffects & { name?: string }} Fault
 * `name` is told in the log and the events; made from the effects unless given.
 *
 * @typedef {Fault & { id: string, name: string, uses: number }} ActiveFault
 */

export {}
