import { HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PopupCancelledError, PopupOpenError, PopupTimeoutError } from '../../../src/index.ts'
import { signIn, type TestTenant } from '../../../src/testing/index.ts'
import { createClient, redirectUrl, refuseSilently } from '../../support/clients.ts'
import { begin, createWindow, post } from '../../support/popups.ts'
import { authorize, createTestbed, DOMAIN, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
})
afterEach(() => vi.useRealTimers())

describe('loginWithPopup', () => {
  it('opens the window before anything is waited for', async () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null)
    const login = createClient().loginWithPopup()
    expect(open).toHaveBeenCalledWith(
      '',
      'auth0:authorize:popup',
      expect.stringMatching(
        /^left=-?[\d.]+,top=-?[\d.]+,width=400,height=600,resizable,scrollbars=yes,status=1$/,
      ),
    )
    await expect(login).rejects.toBeInstanceOf(PopupOpenError)
    await expect(login).rejects.toMatchObject({
      error: 'popup_open',
      message: 'Unable to open a popup for loginWithPopup - window.open returned `null`',
    })
  })

  it('opens no window for a client without a domain', async () => {
    const open = vi.spyOn(window, 'open')
    await expect(createClient({ domain: '' }).loginWithPopup()).rejects.toMatchObject({
      error: 'invalid_configuration',
    })
    expect(open).not.toHaveBeenCalled()
  })

  it('asks for a web message, exchanges the code and closes the window', async () => {
    const client = createClient()
    const { popup, login, url } = await begin(client)
    expect(new URL(url).searchParams.get('response_mode')).toBe('web_message')
    post(await authorize(tenant, url))
    await login
    expect(popup.closed).toBe(true)
    expect(await client.getUser()).toMatchObject({ name: 'Ada Lovelace' })
  })

  it('leaves the window open when asked to, after an error too', async () => {
    const { popup, login, url } = await begin(createClient(), { closePopup: false })
    const { state } = await authorize(tenant, url)
    post({ state, error: 'access_denied', error_description: 'No.' })
    await expect(login).rejects.toMatchObject({ error: 'access_denied', message: 'No.' })
    expect(popup.closed).toBe(false)
  })

  it('ignores an answer with another state, and takes its own after it', async () => {
    const client = createClient()
    const { popup, login, url } = await begin(client)
    post({ code: 'c', state: 'another' }, { source: popup })
    const answer = await authorize(tenant, url)
    post(answer, { source: popup })
    await login
    expect(tokenRequests(tenant).map(({ code }) => code)).toEqual([answer.code])
  })

  it('security 55: ignores messages of other origins, of other windows, and of another kind', async () => {
    const client = createClient()
    const { login, url } = await begin(client)
    const answer = await authorize(tenant, url)
    post({ code: 'forged', state: answer.state }, { origin: 'https://evil.example.com' })
    post({ code: 'forged', state: answer.state }, { source: window })
    const type = 'authorization_response'
    for (const data of [{ type: 'other' }, null, 7, 'text', [], { type }, { type, response: 7 }]) {
      window.dispatchEvent(new MessageEvent('message', { origin: `https://${DOMAIN}`, data }))
    }
    post(answer)
    await login
    expect(tokenRequests(tenant).map(({ code }) => code)).toEqual([answer.code])
  })
})

describe('a second call while a popup is open', () => {
  /** Each call of `window.open` gives the same window, as browsers do for one name. */
  const openOne = () => {
    const { popup, visited } = createWindow()
    const focus = vi.fn()
    const window_ = Object.assign(popup, { focus })
    const open = vi.spyOn(window, 'open').mockReturnValue(window_ as unknown as Window)
    return { popup: window_, visited, focus, open }
  }
  const isVisited = (visited: string[], times: number) =>
    vi.waitFor(() => expect(visited).toHaveLength(times))

  it('joins the first one: one window, which comes to the front, and one login', async () => {
    const client = createClient()
    const { visited, focus, open } = openOne()
    const logins = [client.loginWithPopup(), client.loginWithPopup()]
    await isVisited(visited, 1)
    logins.push(client.loginWithPopup({ authorizationParams: {} }))
    expect(open).toHaveBeenCalledTimes(1)
    expect(focus).toHaveBeenCalledTimes(2)
    post(await authorize(tenant, visited[0] ?? ''))
    await Promise.all(logins)
    expect(visited).toHaveLength(1)
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('joins with getTokenWithPopup too, and gives the token', async () => {
    const client = createClient()
    const { visited, open } = openOne()
    const login = client.loginWithPopup()
    const token = client.getTokenWithPopup()
    await isVisited(visited, 1)
    post(await authorize(tenant, visited[0] ?? ''))
    await login
    expect(await token).toMatch(/^access-token-/)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('rejects like the first one, and the next call opens a window again', async () => {
    const client = createClient()
    const { visited, open } = openOne()
    const config = { closePopup: false, timeoutInSeconds: 0.05 }
    const logins = [client.loginWithPopup({}, config), client.loginWithPopup({}, config)]
    for (const login of logins) await expect(login).rejects.toBeInstanceOf(PopupTimeoutError)
    const again = client.loginWithPopup()
    await isVisited(visited, 2)
    post(await authorize(tenant, visited[1] ?? ''))
    await again
    expect(open).toHaveBeenCalledTimes(2)
  })

  it('opens a window of its own if the user has just closed the first one', async () => {
    const client = createClient()
    const first = openOne()
    client.loginWithPopup().catch(() => {})
    await isVisited(first.visited, 1)
    first.popup.closed = true
    const second = openOne()
    const login = client.loginWithPopup()
    await isVisited(second.visited, 1)
    post(await authorize(tenant, second.visited[0] ?? ''))
    await login
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('takes the window over if it has other parameters: the first one is cancelled, with the reason', async () => {
    const client = createClient()
    const { popup, visited } = openOne()
    const first = client.loginWithPopup().catch(error => error)
    await isVisited(visited, 1)
    const call = { authorizationParams: { audience: 'api-2' } }
    const token = client.getTokenWithPopup(call)
    await isVisited(visited, 2)
    expect(new URL(visited[1] ?? '').searchParams.get('audience')).toBe('api-2')
    expect(await first).toMatchObject({
      error: 'cancelled',
      popup,
      cause: { message: expect.stringContaining('Another login') },
    })
    post(await authorize(tenant, visited[1] ?? ''))
    expect(await token).toMatch(/^access-token-/)
  })

  it('joins although the first one has taken the session transfer token out of the address bar', async () => {
    history.replaceState(null, '', '/?stt=secret')
    const client = createClient({ sessionTransferTokenQueryParamName: 'stt' })
    const { visited } = openOne()
    const first = client.loginWithPopup()
    await isVisited(visited, 1)
    expect(location.search).toBe('')
    const second = client.loginWithPopup()
    post(await authorize(tenant, visited[0] ?? ''))
    await Promise.all([first, second])
    expect(visited).toHaveLength(1)
  })
})

describe('an empty window', () => {
  const cases: [string, object, object, () => void][] = [
    [
      'redirect_uri is refused',
      {},
      { authorizationParams: { redirect_uri: 'http://app.example.com/' } },
      () => {},
    ],
    [
      'Web Crypto fails',
      {},
      {},
      () => void vi.spyOn(crypto.subtle, 'digest').mockRejectedValue(new Error('no digest')),
    ],
  ]

  it.each(cases)(
    'is closed if the login cannot begin because %s',
    async (_, options, call, prepare) => {
      const client = createClient(options)
      await client.getUser()
      prepare()
      for (const given of [true, false]) {
        const { popup, visited } = createWindow()
        vi.spyOn(window, 'open').mockReturnValue(popup as unknown as Window)
        await expect(client.loginWithPopup(call, given ? { popup } : {})).rejects.toThrow()
        expect(popup.closed).toBe(true)
        expect(visited).toEqual([])
      }
    },
  )

  it('that the application has opened is closed too if an option is missing', async () => {
    const { popup } = createWindow()
    const login = createClient({ domain: '' }).loginWithPopup({}, { popup })
    await expect(login).rejects.toMatchObject({ error: 'invalid_configuration' })
    expect(popup.closed).toBe(true)
  })

  it('that was closed before the call ends it at once', async () => {
    const { popup, visited } = createWindow()
    popup.close()
    await expect(createClient().loginWithPopup({}, { popup })).rejects.toMatchObject({
      error: 'cancelled',
      message: 'Popup closed',
      cause: { message: expect.stringContaining('before the login') },
    })
    expect(visited).toEqual([])
  })
})

describe('the window', () => {
  it('security 58: ends with PopupCancelledError two seconds after the window was seen closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const { popup, login } = await begin(createClient())
    let isOver = false
    login
      .catch(() => {})
      .finally(() => {
        isOver = true
      })
    popup.closed = true
    await vi.advanceTimersByTimeAsync(2_900)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    const error = await login.catch(e => e)
    expect(error).toBeInstanceOf(PopupCancelledError)
    expect(error).toMatchObject({ error: 'cancelled', message: 'Popup closed', popup })
    expect(error.cause.message).toMatch(/By the user, or Cross-Origin-Opener-Policy/)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('security 58: ends at once, and leaves no timer, when the window was closed before it had an address', async () => {
    const client = createClient()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    const popup = { closed: true, close: () => {}, location: null }
    await expect(client.loginWithPopup({}, { popup })).rejects.toBeInstanceOf(PopupCancelledError)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('security 16: refuses an answer with neither a code nor an error', async () => {
    const { login, url } = await begin(createClient())
    post({ state: (await authorize(tenant, url)).state })
    await expect(login).rejects.toMatchObject({ error: 'invalid_request' })
    expect(tokenRequests(tenant)).toEqual([])
  })

  it('security 58: takes an answer that comes within the grace after the window was closed', async () => {
    const client = createClient()
    const { popup, login, url } = await begin(client)
    const answer = await authorize(tenant, url)
    popup.closed = true
    post(answer)
    await login
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('security 58: ends with PopupTimeoutError after the time of the call, and never writes to its config', async () => {
    const config = Object.freeze({ timeoutInSeconds: 0.05 })
    const { popup, login } = await begin(createClient(), config)
    const error = await login.catch(e => e)
    expect(error).toBeInstanceOf(PopupTimeoutError)
    expect(error).toMatchObject({ error: 'timeout', message: 'Timeout', popup })
    expect(error.cause.message).toBe('Popup: no result in 0.05 s, see `timeoutInSeconds`')
    expect(popup.closed).toBe(false)
  })
})

describe('getTokenWithPopup', () => {
  it('gives the token of the login', async () => {
    const { popup, visited } = createWindow()
    const token = createClient().getTokenWithPopup({}, { popup })
    await vi.waitFor(() => expect(visited).toHaveLength(1))
    post(await authorize(tenant, visited[0] ?? ''))
    expect(await token).toMatch(/^access-token-/)
  })
})

describe('a second factor in a popup', () => {
  const demand = () =>
    HttpResponse.json(
      { error: 'mfa_required', error_description: 'Multifactor authentication required' },
      { status: 403 },
    )

  it('answers the demand of a refresh in a popup and gives the token', async () => {
    const options = { cacheLocation: 'localstorage', useRefreshTokens: true } as const
    const client = createClient({ ...options, interactiveErrorHandler: 'popup' })
    await signIn(client, tenant)
    const { popup, visited } = createWindow()
    vi.spyOn(window, 'open').mockReturnValue(popup as unknown as Window)
    tenant.intercept('token', ({ parameters: fields }) =>
      fields.grant_type === 'refresh_token' ? demand() : undefined,
    )
    const token = client.getTokenSilently({ cacheMode: 'off' })
    await vi.waitFor(() => expect(visited).toHaveLength(1))
    post(await authorize(tenant, visited[0] ?? ''))
    expect(await token).toMatch(/^access-token-/)
  })

  it('answers the demand of the iframe too, and keeps the session meanwhile', async () => {
    const client = createClient({ interactiveErrorHandler: 'popup' })
    await signIn(client, tenant)
    const { popup, visited } = createWindow()
    vi.spyOn(window, 'open').mockReturnValue(popup as unknown as Window)
    const frames = refuseSilently(tenant, 'login_required', 'Multifactor authentication required')
    const token = client.getTokenSilently({ cacheMode: 'off' })
    await vi.waitFor(() => expect(visited).toHaveLength(1))
    frames.stop()
    expect(await client.isAuthenticated()).toBe(true)
    post(await authorize(tenant, visited[0] ?? ''))
    expect(await token).toMatch(/^access-token-/)
  })

  it('throws the demand where no handler is configured', async () => {
    const client = createClient({ cacheLocation: 'localstorage', useRefreshTokens: true })
    await signIn(client, tenant)
    tenant.intercept('token', ({ parameters: fields }) =>
      fields.grant_type === 'refresh_token' ? demand() : undefined,
    )
    await expect(client.getTokenSilently({ cacheMode: 'off' })).rejects.toMatchObject({
      name: 'MfaRequiredError',
    })
  })
})

describe('session transfer', () => {
  it('passes the token of the address on, takes it out, and keeps the state of the router', async () => {
    history.replaceState({ router: 1 }, '', '/?stt=secret&x=1')
    const client = createClient({ sessionTransferTokenQueryParamName: 'stt' })
    const url = new URL(await redirectUrl(client))
    expect(url.searchParams.get('session_transfer_token')).toBe('secret')
    expect(location.href).toBe('https://app.example.com/?x=1')
    expect(history.state).toEqual({ router: 1 })
  })

  it.each([
    ['its redirect_uri is not allowed', () => ({ redirect_uri: 'http://app.example.com/' })],
    [
      'it cannot be stored',
      () => {
        vi.spyOn(globalThis, 'sessionStorage', 'get').mockReturnValue(undefined as never)
        return {}
      },
    ],
  ])('leaves the token in the address if the login cannot start because %s', async (_, prepare) => {
    history.replaceState(null, '', '/?stt=secret')
    const client = createClient({ sessionTransferTokenQueryParamName: 'stt' })
    await expect(redirectUrl(client, { authorizationParams: prepare() })).rejects.toThrow()
    expect(location.search).toBe('?stt=secret')
  })

  it('leaves the address alone when the call passes a token itself', async () => {
    history.replaceState(null, '', '/?stt=secret')
    const client = createClient({ sessionTransferTokenQueryParamName: 'stt' })
    const params = { session_transfer_token: 'mine' }
    const url = new URL(await redirectUrl(client, { authorizationParams: params }))
    expect(url.searchParams.get('session_transfer_token')).toBe('mine')
    expect(location.search).toBe('?stt=secret')
  })
})
