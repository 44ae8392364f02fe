import type { SigningKey } from './signing-key.ts'
import { json } from './tenant-answers.ts'
import type { TenantLogin } from './tenant-grants.ts'
import type { TestTenantAnswer } from './test-tenant-types.ts'

interface TenantTokenParts {
  issuer: string
  accessTokenLifetimeSeconds: number
  idTokenLifetimeSeconds: number
}

/** What the ID token says of an organization that was asked for by id or by name. */
const organizationClaims = (organization: string | undefined): object => {
  if (!organization) return {}
  if (organization.startsWith('org_')) return { org_id: organization }
  return { org_name: organization.toLowerCase() }
}

/** A chunk of its own: tests with a test client alone need no cryptography. */
const loadKey = async (): Promise<SigningKey> => (await import('./signing-key.ts')).loadSigningKey()

/** The tokens of a tenant. Its key is made when one is signed, or the keys are asked for. */
export const createTenantTokens = (parts: TenantTokenParts) => {
  const { issuer, accessTokenLifetimeSeconds: expires_in, idTokenLifetimeSeconds } = parts

  const idToken = async (login: TenantLogin): Promise<string> => {
    const { user, clientId, organization, nonce, authTime } = login
    const iat = Math.floor(Date.now() / 1000)
    return (await loadKey()).sign({
      ...user,
      ...organizationClaims(organization),
      iss: issuer,
      aud: clientId,
      iat,
      exp: iat + idTokenLifetimeSeconds,
      ...(nonce !== undefined && { nonce }),
      ...(authTime !== undefined && { auth_time: authTime }),
    })
  }

  /** A JWT for an API, which can verify it, and otherwise a text without meaning, as at Auth0. */
  const accessToken = async (login: TenantLogin): Promise<string> => {
    const { user, clientId, audience, scope } = login
    const jti = crypto.randomUUID()
    if (!audience) return `access-token-${jti}`
    const iat = Math.floor(Date.now() / 1000)
    const exp = iat + expires_in
    const { sub } = user
    const claims = { iss: issuer, sub, aud: audience, azp: clientId, scope, iat, exp, jti }
    return (await loadKey()).sign(claims)
  }

  return {
    keySet: async (): Promise<object> => (await loadKey()).keySet,
    answer: async (
      login: TenantLogin,
      refresh_token: string | undefined,
    ): Promise<TestTenantAnswer> =>
      json({
        access_token: await accessToken(login),
        id_token: await idToken(login),
        token_type: 'Bearer',
        expires_in,
        scope: login.scope,
        ...(refresh_token && { refresh_token }),
      }),
  }
}
