import { base64url, exportJWK, generateKeyPair } from 'jose'
import { vi } from 'vitest'
import { CLIENT_ID, ISSUER } from '../../support/fake-tenant.ts'

const { privateKey, publicKey } = await generateKeyPair('RS256')
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }] }

export type Fields = Record<string, string>
export type Claims = Record<string, unknown>

/** What somebody answers: text that may be no JSON, or what `fetch` throws instead. */
export type Reply =
  | { status: number; headers: Record<string, string>; body: string }
  | { thrown: unknown }

const reply = (body: unknown, status = 200): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

/** As little of a `Response` as there is to look at; statuses and headers may be any. */
const responseOf = ({ status, headers, body }: Exclude<Reply, { thrown: unknown }>) => ({
  status,
  ok: status >= 200 && status < 300,
  headers: new Headers(headers),
  text: async () => body,
  json: async () => JSON.parse(body),
})

/**
 * A tenant right behind `fetch`, so that thousands of cases take seconds: codes work once, and a
 * refresh token is replaced each time it is used, as at a strict server without leeway.
 */
export const openTenant = () => {
  const nonces = new Map<string, string>()
  let serial = 0

  const tenant = {
    /** Every token request, in order. */
    requests: [] as Fields[],
    /** The only refresh token that would be accepted now. */
    refreshToken: undefined as string | undefined,
    /** Takes the place of the usual answer where it returns one. */
    instead: undefined as
      | ((fields: Fields, nonce: string | undefined) => Promise<Reply | undefined>)
      | undefined,

    claims: (nonce: string | undefined, clientId = CLIENT_ID): Claims => {
      const now = Math.floor(Date.now() / 1000)
      const times = { iat: now, exp: now + 36_000 }
      return { iss: ISSUER, aud: clientId, sub: 'auth0|ada', name: 'Ada', nonce, ...times }
    },
    /** Signs whatever it is given, sense or not. */
    sign: async (claims: Claims, header: Claims = {}): Promise<string> => {
      const head = { alg: 'RS256', kid: 'k1', ...header }
      const signed = [head, claims].map(part => base64url.encode(JSON.stringify(part))).join('.')
      const bytes = new TextEncoder().encode(signed)
      const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, bytes)
      return `${signed}.${base64url.encode(new Uint8Array(signature))}`
    },
    /** An answer without fault. */
    answer: async (nonce: string | undefined, clientId?: string): Promise<Claims> => ({
      access_token: `at-${++serial}`,
      id_token: await tenant.sign(tenant.claims(nonce, clientId)),
      token_type: 'Bearer',
      expires_in: 86_400,
    }),

    /** Signs the user in at the authorization URL; gives what the tenant would send back. */
    authorize: (url: string): { code: string; state: string } => {
      const { searchParams } = new URL(url)
      const code = `code-${++serial}`
      nonces.set(code, searchParams.get('nonce') ?? '')
      return { code, state: searchParams.get('state') ?? '' }
    },
  }

  const redeem = async (fields: Fields): Promise<Reply> => {
    const { grant_type, client_id, code = '', refresh_token } = fields
    const isRefresh = grant_type === 'refresh_token'
    const isGood = isRefresh ? refresh_token === tenant.refreshToken : nonces.has(code)
    const nonce = nonces.get(code)
    nonces.delete(code)
    const other = await tenant.instead?.(fields, nonce)
    if (other) return other
    if (!isGood) {
      return reply({ error: 'invalid_grant', error_description: 'Unknown or invalid.' }, 403)
    }
    tenant.refreshToken = `rt-${++serial}`
    return reply({ ...(await tenant.answer(nonce, client_id)), refresh_token: tenant.refreshToken })
  }

  vi.stubGlobal('fetch', async (input: unknown, init?: RequestInit) => {
    const url = String(input instanceof Request ? input.url : input)
    if (url.endsWith('/.well-known/jwks.json')) {
      return responseOf({ status: 200, headers: {}, body: JSON.stringify(jwks) })
    }
    const fields = Object.fromEntries(new URLSearchParams(String(init?.body)))
    tenant.requests.push(fields)
    const answer = await redeem(fields)
    if ('thrown' in answer) throw answer.thrown
    return responseOf(answer)
  })
  return tenant
}

export type Tenant = ReturnType<typeof openTenant>
