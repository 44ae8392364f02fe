import { GenericError } from '../errors/core.ts'
import { type Fields, fieldsOf, type Http, type HttpResponse } from '../http.ts'
import type { TokenFields } from './messages.ts'
import { createReference, localError, missingToken, withFields } from './references.ts'

/**
 * Holds refresh tokens and gives out references to them:
 *
 *     page    refresh_token=ref:1 ──▶ vault    refresh_token=v1.Ab… ──▶ tenant
 *     page  ◀── refresh_token: ref:2  vault  ◀── refresh_token: v1.Cd…  tenant
 *
 * A reference can be stored, compared and sent like a token, so the rotation in the page does not
 * depend on the vault; but outside of this vault it is useless. It becomes invalid with its token: when
 * that is replaced, revoked or rejected.
 */
export interface Vault {
  /** Sends a request with tokens in place of references, and replaces the tokens of the response. */
  send: Http
  /** Removes the token of this reference. */
  drop(reference: string): void
  /** Removes every token but that of the reference `keep`, and aborts all requests. */
  clear(keep?: string): void
}

/** Whether the response says that the token that was sent can no longer be used. */
const endsToken = (field: string, token: string, { ok, json }: HttpResponse): boolean => {
  const { error, access_token, refresh_token } = (json ?? {}) as Fields
  if (!ok) return error === 'invalid_grant'
  // Only a revocation has the token in the field `token` (RFC 7009 section 2.1).
  if (field === 'token') return true
  return Boolean(access_token && isToken(refresh_token) && refresh_token !== token)
}

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** @param tokenFields the URLs that may be requested; the fields in which references are replaced */
export const createVault = (http: Http, tokenFields: TokenFields): Vault => {
  const tokens = new Map<string, string>()
  let controller = new AbortController()

  const referenceFor = (token: string): string => {
    for (const [reference, known] of tokens) if (known === token) return reference
    const reference = createReference()
    tokens.set(reference, token)
    return reference
  }

  const hideToken = (response: HttpResponse, isDiscarded: boolean | undefined): HttpResponse => {
    const json = response.json as Fields | undefined
    const token = json?.refresh_token
    if (!isToken(token)) return response
    const refresh_token = isDiscarded ? undefined : referenceFor(token)
    return { ...response, json: { ...json, refresh_token } }
  }

  return {
    send: async request => {
      if (!Object.hasOwn(tokenFields, request.url)) {
        return localError('invalid_fetch_url', 'Unauthorized fetch URL')
      }
      const field = tokenFields[request.url] as string
      const fields = { ...fieldsOf(request) }
      const reference = fields[field] === undefined ? undefined : String(fields[field])
      const token = reference && tokens.get(reference)
      if (reference !== undefined) {
        if (!token) return missingToken()
        fields[field] = token
      }
      const { signal } = controller
      const response = await http({ signal, ...withFields(request, fields) })
      // Tokens that arrive after the end of the session are discarded.
      if (signal.aborted) throw signal.reason
      if (reference && token && endsToken(field, token, response)) tokens.delete(reference)
      return hideToken(response, request.discardRefreshToken)
    },
    drop: reference => {
      tokens.delete(reference)
    },
    clear: keep => {
      controller.abort(
        new GenericError('login_required', 'The session ended while the call was in progress'),
      )
      controller = new AbortController()
      for (const reference of tokens.keys()) if (reference !== keep) tokens.delete(reference)
    },
  }
}
