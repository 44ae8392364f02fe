import { createQueue } from '../browser/in-page-queue.ts'
import type { Platform } from '../flows/core-interface.ts'
import { formEncode } from '../form-encode.ts'
import type { Fields, Http } from '../http.ts'
import type { User } from '../index.ts'
import { createMemoryCookies } from './memory-cookies.ts'
import type { TestTenant, TestTenantAnswer } from './test-tenant-types.ts'
import type { TestTokenRequest } from './test-tokens.ts'

interface TestPlatformParts {
  tenant: TestTenant
  /** Where the client would have navigated to. */
  navigations: string[]
  /** Provides members of each token response. */
  nextToken: (request: TestTokenRequest) => Promise<object>
  /** Claims that every ID token has. */
  idTokenClaims: () => Promise<Record<string, unknown>>
  /** The user whom a login signs in. */
  loginUser: User
}

const parse = (body: string): Fields | undefined => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Everything that the SDK uses of the browser, replaced: the tenant answers within the process. */
export const createTestPlatform = (parts: TestPlatformParts): Platform => {
  const { tenant, navigations, nextToken, idTokenClaims, loginUser } = parts
  /** What each code and refresh token was requested for. */
  const requests = new Map<unknown, TestTokenRequest>()

  const authorize = async (url: string) => {
    const { searchParams } = new URL(url)
    const response = await tenant.authorize(url)
    const audience = searchParams.get('audience') ?? undefined
    requests.set(response.code, { audience, scope: searchParams.get('scope') ?? '' })
    return response
  }

  const answerOf = ({ status, headers, body }: TestTenantAnswer) => ({
    ok: status >= 200 && status < 300,
    status,
    headers,
    json: parse(body),
  })

  const http: Http = async ({ url, method, body }) => {
    tenant.idTokenClaims = await idTokenClaims()
    const fields = body && ('form' in body ? body.form : body.json)
    const response = answerOf(
      await tenant.respond({ method, url, body: fields ? formEncode(fields) : null }),
    )
    const json = response.json
    if (url !== tenant.endpoints.token || !response.ok || !json) return response
    const known = requests.get(fields?.code ?? fields?.refresh_token)
    const request = {
      audience: (fields?.audience as string | undefined) ?? known?.audience,
      scope: (fields?.scope as string | undefined) ?? known?.scope ?? '',
    }
    if (json.refresh_token) requests.set(json.refresh_token, request)
    return { ...response, json: { ...json, ...(await nextToken(request)) } }
  }

  return {
    navigate: url => {
      navigations.push(url)
    },
    openPopup: () => ({ close: () => {} }) as Window,
    channel: { post: () => {}, listen: () => {} },
    cookies: createMemoryCookies(),
    http,
    runIframe: authorize,
    runPopup: (_, url) => {
      tenant.user = loginUser
      return authorize(url)
    },
    tabLock: createQueue(),
  }
}
