import { loadSigning } from './create-test-key.ts'
import type { TestSigningKey } from './signing-key.ts'
import type { TenantLogin } from './tenant-grants.ts'
import type { TestTenantSettings } from './test-tenant-options.ts'
import type { TestTokenResponse } from './test-tenant-types.ts'

/** The claims for an organization that was requested by its ID or name. */
const organizationClaims = (organization: string | undefined): object => {
  if (!organization) return {}
  if (organization.startsWith('org_')) return { org_id: organization }
  return { org_name: organization.toLowerCase() }
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

const signingKeyOf = async ({ signingKey }: TestTenantSettings): Promise<TestSigningKey> =>
  signingKey ?? (await loadSigning()).loadSharedKey()

const sign = async (
  claims: Record<string, unknown>,
  settings: TestTenantSettings,
): Promise<string> => {
  const { signJwt } = await loadSigning()
  return signJwt(claims, await signingKeyOf(settings))
}

const createIdToken = async (
  issuer: string,
  login: TenantLogin,
  settings: TestTenantSettings,
): Promise<string> => {
  const { user, clientId, organization, nonce, authTime } = login
  const iat = nowSeconds()
  const token = await sign(
    {
      ...user,
      ...organizationClaims(organization),
      iss: issuer,
      aud: clientId,
      iat,
      exp: iat + settings.idTokenLifetimeSeconds,
      jti: crypto.randomUUID(),
      ...(nonce !== undefined && { nonce }),
      ...(authTime !== undefined && { auth_time: authTime }),
      ...settings.idTokenClaims,
    },
    settings,
  )
  return settings.transformIdToken?.(token) ?? token
}

/** A JWT for an API, which can verify it, else an opaque token, as at Auth0. */
const createAccessToken = async (
  iss: string,
  { user, clientId, audience, scope }: TenantLogin,
  settings: TestTenantSettings,
): Promise<string> => {
  const jti = crypto.randomUUID()
  if (!audience || settings.opaqueAccessTokens) return `access-token-${jti}`
  const iat = nowSeconds()
  const exp = iat + settings.accessTokenLifetimeSeconds
  return sign({ iss, sub: user.sub, aud: audience, azp: clientId, scope, iat, exp, jti }, settings)
}

export const publishedKeys = async (settings: TestTenantSettings): Promise<unknown> =>
  settings.jwks ?? { keys: [(await signingKeyOf(settings)).jwk] }

export const createTokenResponse = async (
  issuer: string,
  login: TenantLogin,
  refreshToken: string | undefined,
  settings: TestTenantSettings,
): Promise<TestTokenResponse> => ({
  access_token: await createAccessToken(issuer, login, settings),
  id_token: await createIdToken(issuer, login, settings),
  token_type: 'Bearer',
  expires_in: settings.accessTokenLifetimeSeconds,
  scope: login.scope,
  ...(refreshToken && { refresh_token: refreshToken }),
  ...settings.tokenResponse,
})
