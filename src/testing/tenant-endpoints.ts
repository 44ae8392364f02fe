import type { TestTenantEndpoints } from './test-tenant-types.ts'

/** The issuer and the URLs of a tenant with Auth0's paths. */
export const resolveTenant = (
  domain: string,
): { issuer: string; endpoints: TestTenantEndpoints } => {
  const hasScheme = /^https?:\/\//.test(domain)
  const baseUrl = (hasScheme ? domain : `https://${domain}`).replace(/\/+$/, '')
  return {
    issuer: `${baseUrl}/`,
    endpoints: {
      authorize: `${baseUrl}/authorize`,
      token: `${baseUrl}/oauth/token`,
      revoke: `${baseUrl}/oauth/revoke`,
      logout: `${baseUrl}/v2/logout`,
      jwks: `${baseUrl}/.well-known/jwks.json`,
    },
  }
}
