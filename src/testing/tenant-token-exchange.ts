import type { TenantGrant, TenantGrants, TenantLogin } from './tenant-grants.ts'
import type { TestTenantSettings } from './test-tenant-options.ts'
import type { TestTenantFailure } from './test-tenant-types.ts'

type Fields = Record<string, string>

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Why a token exchange is refused (RFC 8693 section 2.2.2). */
const refuse = (error: string, error_description: string): TestTenantFailure => ({
  error,
  error_description,
})

/** Exchanges a subject token, if the test has a function that knows its user. */
export const exchangeSubjectToken = async (
  fields: Fields,
  { validateSubjectToken }: TestTenantSettings,
  loginOf: (user: TenantLogin['user']) => TenantLogin,
  { issueRefreshToken }: TenantGrants,
): Promise<TenantGrant | TestTenantFailure> => {
  if (!validateSubjectToken) return refuse('unsupported_grant_type', TOKEN_EXCHANGE)
  const { subject_token, subject_token_type } = fields
  if (!subject_token || !subject_token_type) {
    return refuse('invalid_request', 'subject_token and subject_token_type are required')
  }
  const user = await validateSubjectToken({ ...fields, subject_token, subject_token_type })
  if (!user) return refuse('invalid_request', 'The subject token is not valid')
  const login = loginOf(user)
  return { login, refreshToken: issueRefreshToken(login) }
}
