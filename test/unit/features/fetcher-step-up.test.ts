import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GenericError, InsufficientUserAuthenticationError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient } from '../../support/clients.ts'
import { createWindow, post } from '../../support/popups.ts'
import { authorize, createTestbed } from '../../support/testbed.ts'
import { API, type ApiRequest, createApi, INVALID_TOKEN, refuse } from './fetcher-api.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const CHALLENGE =
  'Bearer realm="a, b", error="insufficient_user_authentication", ' +
  'error_description="A different level is required", acr_values="urn:mfa urn:hw", max_age="300"'

const stored = { cacheLocation: 'localstorage', useRefreshTokens: true } as const

const signedIn = async (options: Parameters<typeof createClient>[0] = {}) => {
  const client = createClient({ ...stored, ...options })
  await signIn(client, tenant)
  return { client, old: `Bearer ${await client.getTokenSilently()}` }
}

/** A client that answers in popups; `answer` finishes the login in the window. */
const signedInWithPopup = async (options: Parameters<typeof createClient>[0] = {}) => {
  const session = await signedIn({ interactiveErrorHandler: 'popup', ...options })
  const { popup, visited } = createWindow()
  const open = vi.spyOn(window, 'open').mockImplementation(() => {
    popup.closed = false
    return popup as unknown as Window
  })
  const answer = async (count = 1): Promise<URLSearchParams> => {
    await vi.waitFor(() => expect(visited).toHaveLength(count))
    const url = visited[count - 1] ?? ''
    post(await authorize(tenant, url))
    return new URL(url).searchParams
  }
  return { ...session, popup, visited, open, answer }
}

/** An API that demands a step-up of one token. */
const createStepUpApi = (old: string, challenge = CHALLENGE): ApiRequest[] =>
  createApi(({ authorization }) => (authorization === old ? refuse(challenge) : undefined))

describe('a demand for a step-up', () => {
  it('security 64: is an error with what to pass to a login', async () => {
    const { client, old } = await signedIn()
    const requests = createStepUpApi(old)
    const error = await client
      .createFetcher({ baseUrl: API })
      .fetchWithAuth('/a')
      .catch(reason => reason)
    expect(error).toBeInstanceOf(InsufficientUserAuthenticationError)
    expect(error).toBeInstanceOf(GenericError)
    expect(error).toMatchObject({
      error: 'insufficient_user_authentication',
      acr_values: 'urn:mfa urn:hw',
      max_age: 300,
      authorizationParams: { acr_values: 'urn:mfa urn:hw', max_age: 300 },
    })
    expect(Object.keys(error.authorizationParams)).toEqual(['acr_values', 'max_age'])
    expect([error.response.status, await error.response.text()]).toEqual([401, 'Refused'])
    expect(error.message).not.toContain('different level')
    expect(requests).toHaveLength(1)
  })

  it('names the audience and the scopes of the call', async () => {
    createApi(() => refuse('DPoP error=insufficient_user_authentication, max_age=0'))
    const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: async () => 'token' })
    const authParams = { audience: 'orders', scope: ['a', 'b'] }
    await expect(fetchWithAuth(`${API}/a`, {}, authParams)).rejects.toMatchObject({
      acr_values: undefined,
      max_age: 0,
      authorizationParams: { max_age: 0, audience: 'orders', scope: 'a b' },
    })
  })

  it.each(['', 'soon', '-1', '1e9', '9'.repeat(20)])(
    'leaves a max_age out that is no number of seconds: %j',
    async max_age => {
      createApi(() =>
        refuse(`Bearer error="insufficient_user_authentication", max_age="${max_age}"`),
      )
      const { fetchWithAuth } = createClient().createFetcher({ getAccessToken: async () => 't' })
      const error = await fetchWithAuth(`${API}/a`).catch(reason => reason)
      expect(error).toBeInstanceOf(InsufficientUserAuthenticationError)
      expect(error.authorizationParams).toEqual({})
    },
  )

  it('holds what a transport of the application has returned', async () => {
    const output = { status: 401, headers: { 'www-authenticate': CHALLENGE } }
    const config = { getAccessToken: async () => 'token', fetch: async () => output }
    const call = createClient().createFetcher(config).fetchWithAuth(`${API}/a`)
    await expect(call).rejects.toMatchObject({ response: output })
  })
})

describe('a demand for a step-up with interactiveErrorHandler', () => {
  it('security 64: is answered by a login in a popup, and the request is repeated once', async () => {
    const { client, old, answer, open } = await signedInWithPopup()
    const requests = createStepUpApi(old)
    const call = client
      .createFetcher({ baseUrl: API })
      .fetchWithAuth('/a', { method: 'POST', body: 'a transfer' })
    const parameters = await answer()
    expect((await call).status).toBe(200)
    expect(parameters.get('acr_values')).toBe('urn:mfa urn:hw')
    expect(parameters.get('max_age')).toBe('300')
    expect(requests.map(({ body }) => body)).toEqual(['a transfer', 'a transfer'])
    expect(requests[1]?.authorization).toBe(`Bearer ${await client.getTokenSilently()}`)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('security 64: opens no second popup if the API demands it again', async () => {
    const { client, answer, open } = await signedInWithPopup()
    const requests = createApi(() => refuse(CHALLENGE))
    const call = client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    call.catch(() => {})
    await answer()
    await expect(call).rejects.toBeInstanceOf(InsufficientUserAuthenticationError)
    expect(requests).toHaveLength(2)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('opens one popup for parallel calls, of two fetchers', async () => {
    const { client, old, answer, open } = await signedInWithPopup()
    const requests = createStepUpApi(old)
    const apis = [client.createFetcher({ baseUrl: API }), client.createFetcher({ baseUrl: API })]
    const calls = [1, 2, 3].flatMap(() => apis.map(api => api.fetchWithAuth('/a')))
    await vi.waitFor(() => expect(requests).toHaveLength(6))
    await answer()
    const responses = await Promise.all(calls)
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('opens one popup after the other for calls that need different logins', async () => {
    const { client, answer } = await signedInWithPopup()
    // One token for both calls.
    await signIn(client, tenant, { authorizationParams: { scope: 'a b' } })
    const refused = new Set<string>()
    const requests = createApi(({ url }) => {
      if (refused.has(url)) return undefined
      refused.add(url)
      return refuse(CHALLENGE)
    })
    const { fetchWithAuth } = client.createFetcher({ baseUrl: API })
    const calls = ['a', 'b'].map(scope => fetchWithAuth(`/${scope}`, {}, { scope: [scope] }))
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    const scopes = [await answer(1), await answer(2)].map(parameters => parameters.get('scope'))
    expect(scopes.map(scope => scope?.at(-1)).sort()).toEqual(['a', 'b'])
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('opens no popup if another login has brought a token since the request was sent', async () => {
    const { client, old, open } = await signedInWithPopup()
    const requests = createApi(async ({ authorization }) => {
      if (authorization !== old) return undefined
      await signIn(client, tenant)
      return refuse(CHALLENGE)
    })
    expect((await client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')).status).toBe(200)
    expect(requests).toHaveLength(2)
    expect(open).not.toHaveBeenCalled()
  })

  it('passes on that the popup was blocked, or ended with an error', async () => {
    const { client, old, open, popup, visited } = await signedInWithPopup()
    const requests = createStepUpApi(old)
    const { fetchWithAuth } = client.createFetcher({ baseUrl: API })
    open.mockReturnValueOnce(null)
    await expect(fetchWithAuth('/a')).rejects.toMatchObject({ error: 'popup_open' })
    const call = fetchWithAuth('/a')
    call.catch(() => {})
    await vi.waitFor(() => expect(visited).toHaveLength(1))
    const { state } = await authorize(tenant, visited[0] ?? '')
    post({ state, error: 'access_denied', error_description: 'No.' })
    await expect(call).rejects.toMatchObject({ error: 'access_denied' })
    expect(popup.closed).toBe(true)
    expect(requests).toHaveLength(2)
  })

  it('security 64: does not repeat the request as another user', async () => {
    const { client, old, answer } = await signedInWithPopup()
    const requests = createStepUpApi(old)
    tenant.signIn({ sub: 'auth0|grace', name: 'Grace Hopper' })
    const call = client.createFetcher({ baseUrl: API }).fetchWithAuth('/a', { method: 'POST' })
    call.catch(() => {})
    await answer()
    await expect(call).rejects.toBeInstanceOf(InsufficientUserAuthenticationError)
    expect(requests).toHaveLength(1)
    expect(await client.getUser()).toMatchObject({ sub: 'auth0|grace' })
  })

  it('ends for a call that is aborted, and goes on for another', async () => {
    const { client, old, answer } = await signedInWithPopup()
    const requests = createStepUpApi(old)
    const { fetchWithAuth } = client.createFetcher({ baseUrl: API })
    const controller = new AbortController()
    const aborted = fetchWithAuth('/a', { signal: controller.signal })
    aborted.catch(() => {})
    const other = fetchWithAuth('/a')
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    await answer()
    expect((await other).status).toBe(200)
    expect(requests).toHaveLength(3)
  })

  it('comes after a renewal, if the renewed token is not enough', async () => {
    const { client, old, answer } = await signedInWithPopup()
    const requests = createApi(({ authorization }, count) => {
      if (authorization === old) return refuse(INVALID_TOKEN)
      return count === 2 ? refuse(CHALLENGE) : undefined
    })
    const call = client.createFetcher({ baseUrl: API }).fetchWithAuth('/a')
    await answer()
    expect((await call).status).toBe(200)
    expect(requests).toHaveLength(3)
  })
})
