import { Auth0Client, type Auth0ClientOptions } from '../../src/index.ts'
import { answerFrames, type TestTenant } from '../../src/testing/index.ts'
import { CLIENT_ID, DOMAIN, KEYS_ITEM } from './testbed.ts'

export const REDIRECT_URI = 'https://app.example.com/callback'

/** A client of the fake tenant. */
export const createClient = (options: Partial<Auth0ClientOptions> = {}): Auth0Client =>
  new Auth0Client({
    domain: DOMAIN,
    clientId: CLIENT_ID,
    ...options,
    authorizationParams: { redirect_uri: REDIRECT_URI, ...options.authorizationParams },
  })

/** Where a redirect login leads to, without leaving the page. */
export const redirectUrl = async (
  client: Auth0Client,
  options: Parameters<Auth0Client['loginWithRedirect']>[0] = {},
): Promise<string> => {
  let url = ''
  await client.loginWithRedirect({
    ...options,
    openUrl: to => {
      url = to
    },
  })
  return url
}

/**
 * Answers the hidden frames of silent logins, and records their URLs. Without `answer` they get the
 * response of the tenant.
 */
export const recordFrames = (
  tenant: TestTenant,
  answer: (url: URL) => object | undefined | Promise<object> = url => tenant.authorize(url.href),
): { urls: URL[]; stop: () => void } => {
  const urls: URL[] = []
  const stop = answerFrames(tenant, url => {
    urls.push(url)
    return answer(url)
  })
  return { urls, stop }
}

/** Answers hidden frames as a tenant does where the user still has a session. */
export const answerSilently = (tenant: TestTenant): ReturnType<typeof recordFrames> =>
  recordFrames(tenant)

/** Answers hidden frames as a tenant does without a session, or without its cookies. */
export const refuseSilently = (
  tenant: TestTenant,
  error = 'login_required',
  error_description = 'Login required',
): ReturnType<typeof recordFrames> =>
  recordFrames(tenant, url => ({
    state: url.searchParams.get('state') ?? '',
    error,
    error_description,
  }))

/** What lies in localStorage beside the tenant's public keys, which belong to no session. */
export const sessionItems = (): Record<string, string> => {
  const { [KEYS_ITEM]: _, ...items } = { ...localStorage }
  return items
}

/** Where localStorage holds tokens or who is signed in, of whatever client. */
export const tokenKeys = (): string[] =>
  Object.keys(localStorage).filter(
    key => key.startsWith('@@auth0spajs@@') && !key.includes('@@generation@@'),
  )

/** The access-token entries of the client in localStorage. */
export const storedEntries = (): Record<
  string,
  { body: Record<string, unknown>; expiresAt: number }
> =>
  Object.fromEntries(
    Object.entries({ ...localStorage })
      .filter(
        ([key]) =>
          key.startsWith(`@@auth0spajs@@::${CLIENT_ID}::`) && !/@@(user|generation)@@/.test(key),
      )
      .map(([key, text]) => [key, JSON.parse(text)]),
  )

/** Makes every access token in localStorage look as if it had expired a second ago. */
export const expireStored = (): void => {
  for (const [key, entry] of Object.entries(storedEntries())) {
    const expiresAt = Math.floor(Date.now() / 1000) - 1
    localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt }))
  }
}
