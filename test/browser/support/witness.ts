import type { Page } from '@playwright/test'
import type { Auth0ClientOptions } from '../../../src/index.ts'
import { CLIENT_ID, createClient, expect, submitLogin, type Tenant } from './fixtures.ts'

const CHANNEL = 'auth0.sessions'
const MARK = 'mark of the test'

/** A tab beside the page that hears what tabs tell each other. */
export interface Witness {
  /** Everything announced so far: whatever was said before this call has arrived. */
  heard(): Promise<unknown[]>
}

/** To be opened before what it is to hear of. */
export const openWitness = async (page: Page, blank: string): Promise<Witness> => {
  const tab = await page.context().newPage()
  await tab.goto(blank)
  await tab.evaluate(name => {
    const news: unknown[] = []
    const channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }) => news.push(data)
    Object.assign(window, { news })
  }, CHANNEL)
  return {
    heard: async () => {
      // The channel keeps the order: when the mark is there, so is all that came before it.
      await page.evaluate(
        ([name, mark]) => {
          const channel = new BroadcastChannel(name)
          channel.postMessage(mark)
          channel.close()
        },
        [CHANNEL, MARK] as const,
      )
      const read = () => tab.evaluate(() => (window as unknown as { news: unknown[] }).news)
      await expect.poll(read).toContain(MARK)
      return (await read()).filter(item => item !== MARK)
    },
  }
}

/** What the page holds of a session, wherever the SDK could have put it. */
const traces = async (clientId: string) => ({
  user: await window.auth0.getUser(),
  token: await window.auth0.getTokenSilently({ cacheMode: 'cache-only' }),
  // A count of changes is no part of a session.
  localStorage: Object.keys(localStorage).filter(
    key => key.includes(`auth0spajs@@::${clientId}`) && !key.includes('@@generation@@'),
  ),
  cookies: document.cookie.split('; ').filter(pair => pair.includes('is.authenticated')),
})

/** Nobody is signed in, nothing of a token is held, and no other tab was told of a login. */
export const expectNoSession = async (page: Page, witness: Witness): Promise<void> => {
  expect(await page.evaluate(traces, CLIENT_ID)).toEqual({
    user: undefined,
    token: undefined,
    localStorage: [],
    cookies: [],
  })
  expect(await witness.heard()).not.toContainEqual(expect.objectContaining({ type: 'signed_in' }))
}

/** How a call ended: `signed in`, or the code of a typed error. */
export type Ending = string

/** Gives an answer to the client as if the browser had come back with it. */
export const handle = (page: Page, url: string): Promise<Ending> =>
  page.evaluate(
    to =>
      window.auth0.handleRedirectCallback(to).then(
        () => 'signed in',
        error => `${error.name} ${error.error}`,
      ),
    url,
  )

/** Goes to the login page and comes back, with a client there and the answer not yet handled. */
export const comeBack = async (
  page: Page,
  blank: string,
  options: Auth0ClientOptions,
  how: (login: Page) => Promise<void> = submitLogin,
): Promise<URL> => {
  await page.goto(blank)
  await createClient(page, options)
  const [request] = await Promise.all([
    page.waitForRequest(request => new URL(request.url()).pathname === '/authorize'),
    page.evaluate(() => window.auth0.loginWithRedirect()),
  ])
  const asked = new URL(request.url())
  await how(page)
  await page.waitForURL(url => url.origin === new URL(blank).origin && url.href !== blank)
  await createClient(page, options)
  return asked
}

/** How often the tenant was asked for tokens. */
export const tokenRequests = (tenant: Tenant): number => tenant.log.count({ endpoint: 'token' })
