import { Auth0Client, type Auth0ClientOptions } from '../../../src/index.ts'
import {
  createTestTenant,
  type TestTenant,
  type TestTenantOptions,
} from '../../../src/testing/index.ts'
import { createTenantHandlers } from '../../../src/testing/msw.ts'
import { network } from '../../support/network.ts'

export const API = 'https://api.example.com/'
export const REDIRECT_URI = 'https://app.example.com/callback'
export const ADA = { sub: 'auth0|ada', name: 'Ada Lovelace', email: 'ada@example.com' }

/** A test tenant that the network of the tests leads to. */
export const startTenant = (options: TestTenantOptions = {}): TestTenant => {
  const tenant = createTestTenant({ clientId: 'app', ...options })
  network.use(...createTenantHandlers(tenant))
  return tenant
}

/** A real client of it: with refresh tokens, unless the test wants it otherwise. */
export const createClient = (
  tenant: TestTenant,
  options: Partial<Auth0ClientOptions> = {},
): Auth0Client =>
  new Auth0Client({
    domain: tenant.domain,
    clientId: 'app',
    useRefreshTokens: true,
    useRefreshTokensFallback: false,
    ...options,
    authorizationParams: { redirect_uri: REDIRECT_URI, ...options.authorizationParams },
  })
