import { Auth0Client, type Auth0ClientOptions } from '../../src/index.ts'
import { CLIENT_ID, DOMAIN, type FakeTenant, KEYS_ITEM } from './fake-tenant.ts'

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

/** The callback URL that the tenant sends the browser to after a login at `url`. */
export const callbackUrl = (tenant: FakeTenant, url: string): string =>
  `${REDIRECT_URI}?${new URLSearchParams(tenant.authorize(url))}`

/** Signs in from beginning to end. */
export const signIn = async (
  client: Auth0Client,
  tenant: FakeTenant,
  options: Parameters<Auth0Client['loginWithRedirect']>[0] = {},
): Promise<void> => {
  await client.handleRedirectCallback(callbackUrl(tenant, await redirectUrl(client, options)))
}

/** A frame that the SDK put into the page, and the tenant's answer to it. */
export const answerFrames = (
  answer: (url: URL) => Record<string, string> | undefined,
): { urls: URL[]; stop: () => void } => {
  const urls: URL[] = []
  const respond = (frame: HTMLIFrameElement): void => {
    const url = new URL(frame.src)
    urls.push(url)
    const response = answer(url)
    if (!response) return
    const data = { type: 'authorization_response', response }
    window.dispatchEvent(new MessageEvent('message', { origin: url.origin, data }))
  }
  const seen = new Set<Element>()
  const observer = new MutationObserver(() => {
    for (const frame of document.querySelectorAll('iframe')) {
      if (seen.has(frame) || !frame.src) continue
      seen.add(frame)
      respond(frame)
    }
  })
  observer.observe(document, { childList: true, subtree: true, attributes: true })
  return { urls, stop: () => observer.disconnect() }
}

/** Answers hidden frames as a tenant does where the user still has a session. */
export const answerSilently = (tenant: FakeTenant): ReturnType<typeof answerFrames> =>
  answerFrames(url => tenant.authorize(url.href))

/** Answers hidden frames as a tenant does without a session, or without its cookies. */
export const refuseSilently = (
  error = 'login_required',
  error_description = 'Login required',
): ReturnType<typeof answerFrames> =>
  answerFrames(url => ({
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
