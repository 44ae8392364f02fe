import type { User } from '../index.ts'
import type { TestTenantSettings } from './test-tenant-options.ts'
import type { TestRefreshToken } from './test-tenant-types.ts'

/** A login at the tenant, which tokens are issued for. */
export interface TenantLogin {
  user: User
  clientId: string
  redirectUri: string
  scope: string
  audience: string
  organization: string | undefined
  nonce: string | undefined
  codeChallenge: string
  /** Seconds since the epoch, if the application sent `max_age`. */
  authTime: number | undefined
}

/** A grant that was accepted. */
export interface TenantGrant {
  login: TenantLogin
  refreshToken: string | undefined
}

/** Why a grant was not accepted: the `error_description`. */
export interface InvalidGrant {
  reason: string
}

type Fields = Record<string, string>
type IssuedToken = { -readonly [Name in keyof TestRefreshToken]: TestRefreshToken[Name] } & {
  login: TenantLogin
  spentAtMs: number
}

const hasScope = ({ scope }: TenantLogin, name: string): boolean => scope.split(' ').includes(name)

/** Whether a login's refresh tokens live as long as the session at the tenant. */
const isOnline = (login: TenantLogin): boolean => hasScope(login, 'online_access')

/** The S256 code challenge of a verifier (RFC 7636). */
const codeChallenge = async (verifier: string): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(hash)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Codes, which work once, and refresh tokens with rotation (RFC 9700 section 4.14.2). */
export const createTenantGrants = () => {
  const codes = new Map<string, TenantLogin>()
  const refreshTokens: IssuedToken[] = []
  let count = 0

  const issueCode = (login: TenantLogin): string => {
    const code = `code-${++count}`
    codes.set(code, login)
    return code
  }

  /** A refresh token for a login with `offline_access` or `online_access`; a given text replaces an equal token. */
  const issueRefreshToken = (login: TenantLogin, given?: string): string | undefined => {
    if (!hasScope(login, 'offline_access') && !isOnline(login)) return undefined
    const token = given ?? `refresh-token-${++count}`
    const index = refreshTokens.findIndex(issued => issued.token === token)
    if (index >= 0) refreshTokens.splice(index, 1)
    const { clientId, audience, scope, user } = login
    const sub = user.sub ?? ''
    const issued = { token, clientId, sub, audience, scope, status: 'active', login } as const
    refreshTokens.push({ ...issued, spentAtMs: 0 })
    return token
  }

  /** Revokes all refresh tokens of a login. */
  const revokeFamily = (login: TenantLogin): void => {
    for (const issued of refreshTokens) if (issued.login === login) issued.status = 'revoked'
  }

  const redeemCode = async (
    clientId: string,
    { code = '', code_verifier = '', redirect_uri = '' }: Fields,
  ): Promise<TenantGrant | InvalidGrant> => {
    const login = codes.get(code)
    codes.delete(code)
    if (login?.clientId !== clientId) return { reason: 'Invalid authorization code' }
    if (login.codeChallenge !== (await codeChallenge(code_verifier))) {
      return { reason: 'Failed to verify code verifier' }
    }
    if (login.redirectUri !== redirect_uri) {
      return { reason: 'The redirect URI is not the one of the login' }
    }
    return { login, refreshToken: issueRefreshToken(login) }
  }

  const redeemRefreshToken = (
    clientId: string,
    { refresh_token, audience, scope }: Fields,
    { rotation, rotationLeewaySeconds }: TestTenantSettings,
  ): TenantGrant | InvalidGrant => {
    const found = refreshTokens.find(({ token }) => token === refresh_token)
    const isSpent = found?.status === 'spent'
    const isReused = isSpent && Date.now() - found.spentAtMs >= rotationLeewaySeconds * 1000
    if (isReused) revokeFamily(found.login)
    if (found?.clientId !== clientId || found.status === 'revoked') {
      return { reason: 'Unknown or invalid refresh token.' }
    }
    const { login } = found
    const isReplaced = rotation && !isOnline(login)
    if (isReplaced && !isSpent) {
      found.status = 'spent'
      found.spentAtMs = Date.now()
    }
    const refreshToken = isReplaced ? issueRefreshToken(login) : undefined
    const requested = { ...(audience && { audience }), ...(scope && { scope }) }
    return { login: { ...login, ...requested, nonce: undefined }, refreshToken }
  }

  return {
    issueCode,
    issueRefreshToken,
    redeemCode,
    redeemRefreshToken,
    /** Revokes a token and all others of the same login; an unknown token is ignored. */
    revoke: (clientId: string, token: string | undefined): void => {
      const found = refreshTokens.find(issued => issued.token === token)
      if (found?.clientId === clientId) revokeFamily(found.login)
    },
    /** Revokes the refresh tokens that end with the session. */
    endSession: (): void => {
      for (const issued of refreshTokens) if (isOnline(issued.login)) issued.status = 'revoked'
    },
    refreshTokens: (): TestRefreshToken[] =>
      refreshTokens.map(({ login: _, spentAtMs: __, ...token }) => token),
  }
}

export type TenantGrants = ReturnType<typeof createTenantGrants>
