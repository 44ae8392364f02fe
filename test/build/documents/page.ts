import { join } from 'node:path'
import { HttpResponse, http } from 'msw'
import { vi } from 'vitest'
import { network } from '../../support/network.ts'
import { post } from '../../support/popups.ts'
import type { BlockContext } from './block-context.ts'
import { ROOT } from './code-blocks.ts'

type Sdk = typeof import('latchkey')
type Kit = typeof import('latchkey/testing')
type Client = BlockContext['auth0']
type Login = Parameters<Client['loginWithRedirect']>[0]

/** The build, as somebody gets it who installs the package. */
export const sdk: Sdk = await import(join(ROOT, 'dist/esm/index.js'))
export const kit: Kit = await import(join(ROOT, 'dist/esm/testing/index.js'))
const { createTenantHandlers }: typeof import('latchkey/testing/msw') = await import(
  join(ROOT, 'dist/esm/testing/msw.js')
)

export const API = 'https://api.example.com/'

/** The one that README.md starts. */
const LOCAL_API = 'http://localhost:4002/'
export const BILLING = 'https://billing.example.com/'

/** A window that the page has opened, as far as it can see it. */
interface Popup {
  features: string
  closed: boolean
  /** Where it was sent, if it was. */
  url: string
}

/** A page that examples run in: its tenant, its APIs, and what came of them. */
export type Page = ReturnType<typeof createPage>

/** Most examples name no `redirect_uri`: the tenant sends them to the callback it knows. */
const startTenant = (options: Parameters<Kit['createTestTenant']>[0] = {}) => {
  const tenant = kit.createTestTenant({ redirectUris: [location.origin], ...options })
  network.use(...createTenantHandlers(tenant))
  return { tenant, stopFrames: kit.answerFrames(tenant) }
}

/** What the page writes as cookies, with their attributes. */
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
    /** Where the page has been sent. */
    visited,
    /** Every request, in order. */
    requests,
    /** What the APIs were asked, and the page's own server. */
    api,
    /** Answers of the APIs, one for each request to come; `{}` when there is none left. */
    apiAnswers,
    popups,
    /** What the user was told. */
    shown,
    cookies: watchCookies(),
    get tenant() {
      return tenant
    },
    /** Puts another tenant in the place of the first. */
    useTenant: (options: Parameters<Kit['createTestTenant']>[0]) => {
      stopFrames()
      ;({ tenant, stopFrames } = startTenant(options))
    },
    /** Hidden iframes get no answer any more. */
    stopFrames: () => stopFrames(),
    /** Nobody signs in in a popup any more. */
    stopPopups: () => {
      doesPopupAnswer = false
    },
    createClient: (options: Partial<ConstructorParameters<Sdk['Auth0Client']>[0]> = {}) =>
      new sdk.Auth0Client({
        domain: tenant.domain,
        clientId: page.clientId,
        useRefreshTokens: true,
        authorizationParams: { audience: API, redirect_uri: location.origin },
        ...options,
      }),
    signIn: (client: Client, options?: Login) => kit.signIn(client, tenant, options),
    /** Parameters of the address that the page was sent to last. */
    lastVisit: (): Record<string, string> =>
      Object.fromEntries(new URL(visited.at(-1) ?? '').searchParams),
    /** The user signs in there, and the browser comes back. */
    comeBack: async () => {
      history.replaceState(null, '', await tenant.answerLogin(visited.at(-1) ?? ''))
    },
    /** The requests to an endpoint of the tenant. */
    asked: (endpoint: string): Record<string, string>[] =>
      tenant.requests
        .filter(request => request.endpoint === endpoint)
        .map(({ parameters }) => parameters),
    close: () => {
      stopFrames()
      // What an example has written for all subdomains stays otherwise.
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

/** The claims of a JWT. */
export const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(`${token}`.split('.')[1] ?? '', 'base64url').toString())
