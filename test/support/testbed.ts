import {
  createTestKey,
  createTestTenant,
  type TestTenant,
  type TestTenantOptions,
} from '../../src/testing/index.ts'
import { createTenantHandlers } from '../../src/testing/msw.ts'
import { network } from './network.ts'

export const DOMAIN = 'tenant.example.com'
export const CLIENT_ID = 'client-1'
export const ISSUER = `https://${DOMAIN}/`

/** The item of localStorage that the tenant's keys are kept in. */
export const KEYS_ITEM = `auth0.keys.https://${DOMAIN}/.well-known/jwks.json`

/** The key of every tenant of a test, unless the test changes it. */
export const usualKey = await createTestKey({ kid: 'k1' })

/** The usual test tenant: opaque access tokens, and a user who has a session at the tenant. */
export const createTenant = (options: TestTenantOptions = {}): TestTenant => {
  const tenant = createTestTenant({
    domain: DOMAIN,
    signingKey: usualKey,
    jwks: { keys: [usualKey.jwk] },
    opaqueAccessTokens: true,
    ...options,
  })
  tenant.signIn()
  return tenant
}

/** The usual test tenant, which the network of the tests reaches. */
export const createTestbed = (options: TestTenantOptions = {}): TestTenant => {
  const tenant = createTenant(options)
  network.use(...createTenantHandlers(tenant))
  return tenant
}

/** The fields of every token request, in order. */
export const tokenRequests = (tenant: TestTenant): Record<string, string>[] =>
  tenant.requestsTo('token').map(({ parameters }) => parameters)

/** The fields of the token requests with one grant type. */
export const grants = (tenant: TestTenant, grantType: string): Record<string, string>[] =>
  tokenRequests(tenant).filter(fields => fields.grant_type === grantType)

/** How often the keys were fetched. */
export const keyRequests = (tenant: TestTenant): number => tenant.requestsTo('jwks').length

const tokensWith = (tenant: TestTenant, status: string): string[] =>
  tenant.refreshTokens.filter(each => each.status === status).map(({ token }) => token)

/** Refresh tokens that the tenant would accept now. */
export const activeRefreshTokens = (tenant: TestTenant): string[] => tokensWith(tenant, 'active')

/** Refresh tokens that were revoked, such as after one was used twice. */
export const revokedRefreshTokens = (tenant: TestTenant): string[] => tokensWith(tenant, 'revoked')

/** The code and state of a login at an authorization URL. */
export const authorize = async (
  tenant: TestTenant,
  url: string,
): Promise<{ code: string; state: string }> => {
  const { code, state, error } = await tenant.authorize(url)
  if (!code || !state) throw new Error(`The login failed: ${error}`)
  return { code, state }
}
