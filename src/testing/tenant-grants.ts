import type { User } from '../index.ts'
import { codeChallenge } from '../protocol/pkce.ts'
import type { TestRefreshToken } from './test-tenant-types.ts'

/** A login at the tenant, from which tokens come. */
export interface TenantLogin {
  user: User
  clientId: string
  redirectUri: string
  scope: string
  audience: string
  organization: string | undefined
  nonce: string | undefined
  codeChallenge: string
  /** Seconds since the epoch, where the application asked for it. */
  authTime: number | undefined
}

/** A grant that was accepted. */
export interface TenantGrant {
  login: TenantLogin
  refreshToken: string | undefined
}

/** A refusal, as a sentence of its description. */
export interface TenantRefusal {
  refusal: string
}

type Fields = Record<string, string>
type Issued = { -readonly [Name in keyof TestRefreshToken]: TestRefreshToken[Name] } & {
  login: TenantLogin
}

const isOffline = ({ scope }: TenantLogin): boolean => scope.split(' ').includes('offline_access')

/** Codes, which work once, and refresh tokens, which rotate (RFC 9700 section 4.14.2). */
export const createTenantGrants = () => {
  const codes = new Map<string, TenantLogin>()
  const refreshTokens: Issued[] = []
  let count = 0

  const issueCode = (login: TenantLogin): string => {
    const code = `code-${++count}`
    codes.set(code, login)
    return code
  }

  const issueRefreshToken = (login: TenantLogin): string => {
    const token = `refresh-token-${++count}`
    const { clientId, audience, scope, user } = login
    const sub = user.sub ?? ''
    refreshTokens.push({ token, clientId, sub, audience, scope, status: 'active', login })
    return token
  }

  const revokeFamily = (login: TenantLogin): void => {
    for (const issued of refreshTokens) if (issued.login === login) issued.status = 'revoked'
  }

  const redeemCode = async (
    clientId: string,
    { code = '', code_verifier = '', redirect_uri = '' }: Fields,
  ): Promise<TenantGrant | TenantRefusal> => {
    const login = codes.get(code)
    codes.delete(code)
    if (login?.clientId !== clientId) return { refusal: 'Invalid authorization code' }
    if (login.codeChallenge !== (await codeChallenge(code_verifier))) {
      return { refusal: 'Failed to verify code verifier' }
    }
    if (login.redirectUri !== redirect_uri) {
      return { refusal: 'The redirect URI is not the one of the login' }
    }
    return { login, refreshToken: isOffline(login) ? issueRefreshToken(login) : undefined }
  }

  const redeemRefreshToken = (
    clientId: string,
    { refresh_token, audience, scope }: Fields,
  ): TenantGrant | TenantRefusal => {
    const held = refreshTokens.find(({ token }) => token === refresh_token)
    if (held?.status === 'spent') revokeFamily(held.login)
    if (held?.clientId !== clientId || held.status !== 'active') {
      return { refusal: 'Unknown or invalid refresh token.' }
    }
    held.status = 'spent'
    const { login } = held
    const refreshToken = issueRefreshToken(login)
    const asked = { ...(audience && { audience }), ...(scope && { scope }) }
    return { login: { ...login, ...asked, nonce: undefined }, refreshToken }
  }

  return {
    issueCode,
    redeemCode,
    redeemRefreshToken,
    /** The whole family of a token goes; one that is not known is revoked already. */
    revoke: (clientId: string, token: string | undefined): void => {
      const held = refreshTokens.find(issued => issued.token === token)
      if (held?.clientId === clientId) revokeFamily(held.login)
    },
    refreshTokens: (): TestRefreshToken[] => refreshTokens.map(({ login: _, ...token }) => token),
  }
}
