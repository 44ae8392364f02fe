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

  it('says state_mismatch for an answer with another state, and stores nothing', async () => {
    const client = createClient()
    const { login } = await begin(client)
    post({ code: 'c', state: 'another' })
    await expect(login).rejects.toMatchObject({ error: 'state_mismatch', message: 'Invalid state' })
    expect(tokenRequests(tenant)).toEqual([])
  })

  it('security 55: ignores messages of other origins, of other windows, and of another kind', async () => {
    const client = createClient()
    const { login, url } = await begin(client)
    const answer = await authorize(tenant, url)
    post({ code: 'forged', state: answer.state }, { origin: 'https://evil.example.com' })
    post({ code: 'forged', state: answer.state }, { source: window })
    window.dispatchEvent(
      new MessageEvent('message', { origin: `https://${DOMAIN}`, data: { type: 'other' } }),
    )
    post(answer)
    await login
    expect(tokenRequests(tenant).map(({ code }) => code)).toEqual([answer.code])
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
