import type { BrowserContext, Request } from '@playwright/test'

/** What must not be found where it does not belong. */
export interface Secrets {
  refreshTokens: Set<string>
  accessTokens: Set<string>
  idTokens: Set<string>
  /** Codes and code verifiers: worth something until they are redeemed, and to nobody after. */
  codes: Set<string>
}

const isTokenRequest = (request: Request): boolean =>
  request.method() === 'POST' && new URL(request.url()).pathname === '/oauth/token'

const put = (into: Set<string>, value: unknown): void => {
  if (typeof value === 'string' && value) into.add(value)
}

/** Collects the secrets of all that is asked of the tenant's token endpoint, and answered by it. */
export const collectSecrets = async (context: BrowserContext): Promise<Secrets> => {
  const secrets: Secrets = {
    refreshTokens: new Set(),
    accessTokens: new Set(),
    idTokens: new Set(),
    codes: new Set(),
  }
  await context.route('**/oauth/token', async route => {
    const request = route.request()
    if (isTokenRequest(request)) {
      const form = new URLSearchParams(request.postData() ?? '')
      put(secrets.codes, form.get('code'))
      put(secrets.codes, form.get('code_verifier'))
      put(secrets.refreshTokens, form.get('refresh_token'))
    }
    try {
      const response = await route.fetch({ maxRedirects: 0 })
      const answer = await response.json().catch(() => ({}))
      put(secrets.refreshTokens, answer?.refresh_token)
      put(secrets.accessTokens, answer?.access_token)
      put(secrets.idTokens, answer?.id_token)
      await route.fulfill({ response })
    } catch {
      await route.abort('connectionfailed').catch(() => {})
    }
  })
  return secrets
}

/** Which kinds of secrets a text holds. Of a token its end is enough: a part of one is bad as well. */
export const secretsIn = (text: string, secrets: Secrets): (keyof Secrets)[] =>
  (Object.keys(secrets) as (keyof Secrets)[]).filter(kind =>
    [...secrets[kind]].some(secret => text.includes(secret.slice(-24))),
  )
