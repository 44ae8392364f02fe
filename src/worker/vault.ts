import { GenericError } from '../errors/core.ts'
import type { Fields, Http, HttpResponse } from '../http.ts'
import type { TokenFields } from './messages.ts'
import { createReference, fieldsOf, localError, missingToken, withFields } from './references.ts'

/**
 * Holds refresh tokens and gives out references to them:
 *
 *     page    refresh_token=ref:1 ──▶ vault    refresh_token=v1.Ab… ──▶ tenant
 *     page  ◀── refresh_token: ref:2  vault  ◀── refresh_token: v1.Cd…  tenant
 *
 * A reference can be stored, compared and sent like a token, so the rotation in the page does not
 * depend on the vault; but outside of this vault it is useless.
 */
export interface Vault {
  /** Sends a request with tokens in place of references, and replaces the tokens of the response. */
  send: Http
  /** Removes every token, and aborts the requests that use them. */
  clear(): void
}

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

  const hideToken = (response: HttpResponse): HttpResponse => {
    const json = response.json as Fields | undefined
    if (typeof json?.refresh_token !== 'string') return response
    return { ...response, json: { ...json, refresh_token: referenceFor(json.refresh_token) } }
  }

  return {
    send: async request => {
      if (!Object.hasOwn(tokenFields, request.url)) {
        return localError('invalid_fetch_url', 'Unauthorized fetch URL')
      }
      const field = tokenFields[request.url] as string
      const fields = { ...fieldsOf(request) }
      if (fields[field] !== undefined) {
        const token = tokens.get(String(fields[field]))
        if (!token) return missingToken()
        fields[field] = token
      }
      const { signal } = controller
      const response = await http({ signal, ...withFields(request, fields) })
      // Tokens that arrive after the end of the session are discarded.
      signal.throwIfAborted()
      return hideToken(response)
    },
    clear: () => {
      controller.abort(
        new GenericError('login_required', 'The session ended while the call was in progress'),
      )
      controller = new AbortController()
      tokens.clear()
    },
  }
}
