import type { Auth0Client, RedirectLoginOptions } from 'latchkey'
import * as sdk from 'latchkey'
import * as kit from 'latchkey/testing'
import { createTenantHandlers } from 'latchkey/testing/msw'
import { HttpResponse, http } from 'msw'
import { test, vi } from 'vitest'
import { network } from './network.ts'
import { post } from './popups.ts'

export const API = 'https://api.example.com/'

/** The API that README.md starts. */
const LOCAL_API = 'http://localhost:4002/'
export const BILLING = 'https://billing.example.com/'

/** A popup that the page has opened. */
interface Popup {
  features: string
  closed: boolean
  /** The URL that it was navigated to, if any. */
  url: string
}

/** The page that an example runs in, with its tenant, its APIs and a record of what happened. */
export type Page = ReturnType<typeof createPage>

type TenantOptions = Parameters<typeof kit.createTestTenant>[0]

/** Most examples have no `redirect_uri`: the tenant uses the first allowed callback URL. */
const startTenant = (options: TenantOptions = {}) => {
  const tenant = kit.createTestTenant({ redirectUris: [location.origin], ...options })
  network.use(...createTenantHandlers(tenant))
  return { tenant, stopFrames: kit.answerFrames(tenant) }
}

/** Records the cookies that the page writes, with their attributes. */
const watchCookies = (): string[] => {
  const written: string[] = []
  let owner: object = document
  while (!Object.hasOwn(owner, 'cookie')) owner = Object.getPrototypeOf(owner)
  const { set } = Object.getOwnPropertyDescriptor(owner, 'cookie') ?? {}
  vi.spyOn(document, 'cookie', 'set').mockImplementation(cookie => {
    written.push(cookie)
    set?.call(document, cookie)
  })
  return written
}

export const createPage = () => {
  let { tenant, stopFrames } = startTenant()
  const visited: string[] = []
  const requests: Request[] = []
  const api: Request[] = []
  const apiAnswers: (() => Response)[] = []
  const popups: Popup[] = []
  const shown: unknown[] = []
  let doesPopupAnswer = true

  const note = ({ request }: { request: Request }): void => void requests.push(request.clone())
  network.events.on('request:start', note)
  for (const audience of [API, BILLING, LOCAL_API, `${location.origin}/`]) {
    network.use(
      http.all(`${audience}*`, ({ request }) => {
        api.push(request)
        return apiAnswers.shift()?.() ?? HttpResponse.json({})
      }),
    )
  }
  vi.spyOn(location, 'assign').mockImplementation(url => void visited.push(`${url}`))
  vi.spyOn(location, 'replace').mockImplementation(url => void visited.push(`${url}`))
  vi.stubGlobal('open', (_url: string, _name: string, features: string) => {
    const popup = {
      features,
      closed: false,
      url: '',
      close: () => {
        popup.closed = true
      },
      location: {
        set href(url: string) {
          popup.url = url
          if (doesPopupAnswer) answerPopup(url)
        },
      },
    }
    popups.push(popup)
    return popup
  })

  const answerPopup = async (url: string): Promise<void> => {
    const asRedirect = new URL(url)
    asRedirect.searchParams.set('response_mode', 'query')
    const callback = new URL(await tenant.answerLogin(asRedirect.href))
    post(Object.fromEntries(callback.searchParams), { origin: asRedirect.origin })
  }

  const button = document.createElement('button')
  document.body.append(button)

  const page = {
    domain: tenant.domain,
    clientId: 'the-page',
    button,
    showError: (error: unknown) => {
      shown.push(error)
    },
    /** The URLs that the page navigated to. */
    visited,
    /** Every request, in order. */
    requests,
    /** The requests to the APIs and to the page's own server. */
    api,
    /** Responses of the APIs to the next requests; `{}` after the last. */
    apiAnswers,
    popups,
    /** The errors that the page has shown. */
    shown,
    cookies: watchCookies(),
    get tenant() {
      return tenant
    },
    /** Replaces the tenant. */
    useTenant: (options: TenantOptions) => {
      stopFrames()
      ;({ tenant, stopFrames } = startTenant(options))
    },
    /** Hidden iframes get no response from now on. */
    stopFrames: () => stopFrames(),
    /** Popups get no response from now on. */
    stopPopups: () => {
      doesPopupAnswer = false
    },
    createClient: (options: Partial<sdk.Auth0ClientOptions> = {}) =>
      new sdk.Auth0Client({
        domain: tenant.domain,
        clientId: page.clientId,
        useRefreshTokens: true,
        authorizationParams: { audience: API, redirect_uri: location.origin },
        ...options,
      }),
    signIn: (client: Auth0Client, options?: RedirectLoginOptions) =>
      kit.signIn(client, tenant, options),
    /** A client with a signed-in user. */
    createSignedInClient: async (options?: Partial<sdk.Auth0ClientOptions>) => {
      const client = page.createClient(options)
      await page.signIn(client)
      return client
    },
    /** The query parameters of the last URL that the page navigated to. */
    lastVisit: (): Record<string, string> =>
      Object.fromEntries(new URL(visited.at(-1) ?? '').searchParams),
    /** The user signs in there, and the browser comes back. */
    comeBack: async () => {
      history.replaceState(null, '', await tenant.answerLogin(visited.at(-1) ?? ''))
    },
    /** The parameters of each request to an endpoint of the tenant. */
    asked: (endpoint: string): Record<string, string>[] =>
      tenant.requests
        .filter(request => request.endpoint === endpoint)
        .map(({ parameters }) => parameters),
    close: () => {
      stopFrames()
      // The setup file cannot remove cookies with a domain.
      for (const cookie of page.cookies.filter(text => text.includes('domain='))) {
        // biome-ignore lint/suspicious/noDocumentCookie: as the SDK wrote it
        document.cookie = `${cookie}; max-age=0`
      }
      network.events.removeListener('request:start', note)
      vi.unstubAllGlobals()
      history.replaceState(null, '', '/')
    },
  }
  return page
}

/** Waits for modules that are loaded on demand, too, which takes longer than Vitest's default. */
export const waitFor = <T>(callback: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(callback, { timeout: 20_000 })

/** A test of an example, with a page of its own. */
export const it = test.extend<{ page: Page }>({
  page: async ({ task: _ }, use) => {
    const page = createPage()
    await use(page)
    page.close()
  },
})

/** The claims of a JWT. */
export const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(`${token}`.split('.')[1] ?? '', 'base64url').toString())
