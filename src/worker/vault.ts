import { GenericError } from '../errors/core.ts'
import type { Http, HttpReply, HttpRequest } from '../types/platform.ts'
import { makeReference, notHeld, refusal } from './references.ts'

/**
 * Holds refresh tokens and gives out references to them:
 *
 *     page    refresh_token=ref:1 ──▶ vault    refresh_token=v1.Ab… ──▶ tenant
 *     page  ◀── refresh_token: ref:2  vault  ◀── refresh_token: v1.Cd…  tenant
 *
 * A reference can be stored, compared and sent like a token, so the page's rules for rotation need
 * not know of it; but it is worth nothing outside of this vault.
 */
export interface Vault {
  /** Sends a request with tokens in place of references, and hides the tokens of the answer. */
  send: Http
  /** Forgets every token, and stops what is under way with them. */
  clear(): void
}

/** Fields of a request that may hold a reference: of the token and of the revocation endpoint. */
const FIELDS = ['refresh_token', 'token']

type Fields = Record<string, unknown>

const isForm = ({ headers }: HttpRequest): boolean =>
  !headers['Content-Type']?.includes('application/json')

const decode = (request: HttpRequest): Fields =>
  isForm(request) ? Object.fromEntries(new URLSearchParams(request.body)) : JSON.parse(request.body)

const encode = (request: HttpRequest, fields: Fields): string =>
  isForm(request)
    ? new URLSearchParams(fields as Record<string, string>).toString()
    : JSON.stringify(fields)

export const createVault = (http: Http, allowedBaseUrl: string): Vault => {
  /** The two endpoints that take refresh tokens; nothing else is sent anywhere. */
  const allowed = ['/oauth/token', '/oauth/revoke'].map(path => allowedBaseUrl + path)
  const tokens = new Map<string, string>()
  let era = new AbortController()

  const refer = (token: string): string => {
    for (const [reference, held] of tokens) if (held === token) return reference
    const reference = makeReference()
    tokens.set(reference, token)
    return reference
  }

  const hide = (reply: HttpReply): HttpReply => {
    const json = reply.json as Fields | undefined
    if (typeof json?.refresh_token !== 'string') return reply
    return { ...reply, json: { ...json, refresh_token: refer(json.refresh_token) } }
  }

  return {
    send: async request => {
      if (!allowed.includes(request.url)) {
        return refusal('invalid_fetch_url', 'Unauthorized fetch URL')
      }
      const fields = decode(request)
      const used = FIELDS.filter(name => fields[name] !== undefined)
      for (const name of used) {
        const token = tokens.get(String(fields[name]))
        if (!token) return notHeld()
        fields[name] = token
      }
      const { signal } = era
      const reply = await http({ signal, ...request, body: encode(request, fields) })
      // A token that came too late belongs to nobody.
      signal.throwIfAborted()
      return hide(reply)
    },
    clear: () => {
      era.abort(new GenericError('login_required', 'The session has ended meanwhile'))
      era = new AbortController()
      tokens.clear()
    },
  }
}
