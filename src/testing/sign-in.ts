import type { Auth0Client, RedirectLoginOptions, RedirectLoginResult } from '../index.ts'
import type { TestTenant } from './test-tenant-types.ts'

/**
 * Signs in with a real client at a test tenant, from the authorization URL to the tokens, without
 * leaving the page.
 *
 * @returns the result of `handleRedirectCallback`
 * @throws any error of the client, such as `access_denied`
 * @example
 * ```ts
 * const auth0 = new Auth0Client({ domain: tenant.domain, clientId: 'app' })
 * await signIn(auth0, tenant)
 * expect(await auth0.getUser()).toMatchObject({ name: 'Ada Lovelace' })
 * ```
 */
export const signIn = async (
  client: Pick<Auth0Client, 'loginWithRedirect' | 'handleRedirectCallback'>,
  tenant: Pick<TestTenant, 'answerLogin'>,
  options: RedirectLoginOptions = {},
): Promise<RedirectLoginResult> => {
  let url = ''
  await client.loginWithRedirect({
    ...options,
    openUrl: to => {
      url = to
    },
  })
  return client.handleRedirectCallback(await tenant.answerLogin(url))
}
