import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { HttpResponse, http } from 'msw'
import { network } from './network.ts'

export const DOMAIN = 'tenant.example.com'
export const CLIENT_ID = 'client-1'
export const ISSUER = `https://${DOMAIN}/`

/** A key of a tenant: what it signs with, and what it publishes. */
export interface SigningKey {
  alg: string
  kid: string | undefined
  privateKey: CryptoKey
  jwk: Record<string, unknown>
}

export const createSigningKey = async (alg = 'RS256', kid?: string): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid && { kid }) }
  return { alg, kid, privateKey, jwk }
}

const usualKey = await createSigningKey('RS256', 'k1')

/** The item of localStorage that the tenant's keys are kept in. */
export const KEYS_ITEM = `auth0.keys.https://${DOMAIN}/.well-known/jwks.json`

/** The fields of a request to the token endpoint. */
export type TokenFields = Record<string, string>

interface Login {
  nonce?: string
  scope: string
  audience: string
  sub: string
}

interface Family {
  login: Login
  current: string
  isRevoked: boolean
}

/** What a test may have the tenant do with the next token request instead of the usual. */
export type Intervention = (fields: TokenFields) => Response | undefined | Promise<undefined>

const fieldsOf = async (request: Request): Promise<TokenFields> => {
  const text = await request.text()
  const isJson = request.headers.get('content-type')?.includes('json')
  return isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
}

const refusal = (error: string, error_description: string, status = 400) =>
  HttpResponse.json({ error, error_description }, { status })

/**
 * A tenant made of msw handlers: codes work once, refresh tokens rotate, and a spent refresh
 * token revokes its family, as at a strict server without leeway.
 */
export const createFakeTenant = () => {
  const codes = new Map<string, Login>()
  const families: Family[] = []
  const familyOf = new Map<string, Family>()
  let serial = 0

  const tenant = {
    /** Every token request, in order. */
    tokenRequests: [] as TokenFields[],
    /** The headers of the same requests. */
    tokenHeaders: [] as Headers[],
    /** How often the keys were asked for. */
    keyRequests: 0,
    /** What ID tokens are signed with. */
    key: usualKey,
    /** What is published. */
    jwks: { keys: [usualKey.jwk] } as unknown,
    /** Takes the place of the key set where it returns something. */
    interveneKeys: undefined as (() => Response | undefined | Promise<undefined>) | undefined,
    /** What becomes of an ID token between the signature and the answer. */
    alter: (token: string): string => token,
    expiresIn: 86_400,
    rotates: true,
    user: { sub: 'auth0|ada', name: 'Ada Lovelace', email: 'ada@example.com' } as Record<
      string,
      unknown
    >,
    /** Claims over those of the usual ID token; `undefined` takes one away. */
    claims: {} as Record<string, unknown>,
    /** Members over those of the usual answer. */
    answer: {} as Record<string, unknown>,
    /** Takes the place of the usual answer where it returns one. */
    intervene: undefined as Intervention | undefined,
    /** Refresh tokens that would be accepted now. */
    liveRefreshTokens: (): string[] => families.filter(f => !f.isRevoked).map(f => f.current),
    revokedFamilies: (): number => families.filter(f => f.isRevoked).length,
    grants: (grantType: string): TokenFields[] =>
      tenant.tokenRequests.filter(fields => fields.grant_type === grantType),

    /** Signs the user in at the authorization URL; gives what the tenant would send back. */
    authorize: (url: string): { code: string; state: string } => {
      const { searchParams } = new URL(url)
      const code = `code-${++serial}`
      codes.set(code, {
        nonce: searchParams.get('nonce') ?? '',
        scope: searchParams.get('scope') ?? '',
        audience: searchParams.get('audience') ?? '',
        sub: tenant.user.sub as string,
      })
      return { code, state: searchParams.get('state') ?? '' }
    },

    idToken: (login: Pick<Login, 'nonce' | 'sub'>) => {
      const now = Math.floor(Date.now() / 1000)
      const claims = {
        iss: ISSUER,
        aud: CLIENT_ID,
        iat: now,
        exp: now + 36_000,
        ...tenant.user,
        sub: login.sub,
        nonce: login.nonce,
        jti: `${++serial}`,
        ...tenant.claims,
      }
      const { alg, kid, privateKey } = tenant.key
      return new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(privateKey)
    },
  }

  const tokens = async (login: Login, refresh_token: string | undefined) =>
    HttpResponse.json({
      access_token: `at-${++serial}`,
      id_token: tenant.alter(await tenant.idToken(login)),
      token_type: 'Bearer',
      expires_in: tenant.expiresIn,
      scope: login.scope,
      ...(refresh_token && { refresh_token }),
      ...tenant.answer,
    })

  const issue = (family: Family): string => {
    family.current = `rt-${++serial}`
    familyOf.set(family.current, family)
    return family.current
  }

  const redeemCode = (fields: TokenFields) => {
    const login = codes.get(fields.code ?? '')
    if (!login) return refusal('invalid_grant', 'Invalid authorization code', 403)
    codes.delete(fields.code ?? '')
    if (!login.scope.split(' ').includes('offline_access')) return tokens(login, undefined)
    const family: Family = { login, current: '', isRevoked: false }
    families.push(family)
    return tokens(login, issue(family))
  }

  const redeemRefreshToken = ({ refresh_token = '' }: TokenFields) => {
    const family = familyOf.get(refresh_token)
    if (family && family.current !== refresh_token) family.isRevoked = true
    if (!family || family.isRevoked) {
      return refusal('invalid_grant', 'Unknown or invalid refresh token.', 403)
    }
    const login = { ...family.login, nonce: undefined }
    return tokens(login as unknown as Login, tenant.rotates ? issue(family) : undefined)
  }

  network.use(
    http.post(`https://${DOMAIN}/oauth/token`, async ({ request }) => {
      const fields = await fieldsOf(request)
      tenant.tokenRequests.push(fields)
      tenant.tokenHeaders.push(request.headers)
      const instead = await tenant.intervene?.(fields)
      if (instead) return instead
      return fields.grant_type === 'refresh_token' ? redeemRefreshToken(fields) : redeemCode(fields)
    }),
    http.get(`https://${DOMAIN}/.well-known/jwks.json`, async () => {
      tenant.keyRequests++
      return (await tenant.interveneKeys?.()) ?? HttpResponse.json(tenant.jwks as object)
    }),
  )
  return tenant
}

export type FakeTenant = ReturnType<typeof createFakeTenant>
