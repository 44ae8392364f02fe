import { beforeEach, describe, expect, it } from 'vitest'
import { AuthenticationError, GenericError } from '../../../src/index.ts'
import type { TestTenant } from '../../../src/testing/index.ts'
import { createClient, REDIRECT_URI, redirectUrl } from '../../support/clients.ts'
import { begin, post } from '../../support/popups.ts'
import { authorize, createTestbed, tokenRequests } from '../../support/testbed.ts'

let tenant: TestTenant
beforeEach(() => {
  tenant = createTestbed()
  history.replaceState(null, '', '/')
})

const logins = (): string[] => Object.keys(sessionStorage).filter(key => key.startsWith('a0.'))
const back = (query: Record<string, string>): string =>
  `${REDIRECT_URI}?${new URLSearchParams(query)}`

describe('answers that nobody asked for', () => {
  it.each<[string, string, string]>([
    ['a code', '?code=c&state=s', 'missing_transaction'],
    ['a code without a state', '?code=c', 'missing_transaction'],
    ['an error', '?error=access_denied&state=s', 'missing_transaction'],
  ])('security 12, M18: %s changes neither address nor storage', async (_, query, error) => {
    history.replaceState({ router: 1 }, '', `/callback${query}`)
    const before = location.href
    await expect(
      createClient().handleRedirectCallback(location.href, { cleanUrl: true }),
    ).rejects.toMatchObject({ error })
    expect(location.href).toBe(before)
    expect(history.state).toEqual({ router: 1 })
    expect(tokenRequests(tenant)).toEqual([])
    expect({ ...localStorage, ...sessionStorage }).toEqual({})
  })

  it('security 12, 18: an answer with a foreign state stays in the address, and the login waits on', async () => {
    const client = createClient()
    const url = await redirectUrl(client)
    history.replaceState(null, '', '/callback?code=c&state=forged')
    const before = location.href
    await expect(client.handleRedirectCallback(before, { cleanUrl: true })).rejects.toMatchObject({
      error: 'state_mismatch',
    })
    expect(location.href).toBe(before)
    expect(logins()).toHaveLength(1)
    await client.handleRedirectCallback(await tenant.answerLogin(url))
    expect(await client.isAuthenticated()).toBe(true)
  })

  it('security 19, M18: tokens in the fragment are no answer, and beside one they are not used', async () => {
    const client = createClient()
    const url = await redirectUrl(client)
    const { state } = await authorize(tenant, url)
    const fragment = `access_token=stolen&id_token=a.b.c&token_type=Bearer&code=c&state=${state}`
    await expect(client.handleRedirectCallback(`${REDIRECT_URI}#${fragment}`)).rejects.toThrow(
      'There are no query params',
    )
    await client.handleRedirectCallback(`${await tenant.answerLogin(url)}#${fragment}`)
    expect(await client.getTokenSilently()).not.toBe('stolen')
    expect(tokenRequests(tenant)).toHaveLength(1)
    expect(tokenRequests(tenant)[0]?.code).not.toBe('c')
  })

  it('security 19: tokens in the query or in a message are not used either', async () => {
    const client = createClient()
    const tokens = { access_token: 'stolen', id_token: 'a.b.c' }
    const url = await redirectUrl(client)
    await client.handleRedirectCallback(back({ ...tokens, ...(await authorize(tenant, url)) }))
    expect(await client.getTokenSilently()).not.toBe('stolen')
    const another = createClient()
    const { login, url: inPopup } = await begin(another)
    post({ ...tokens, ...(await authorize(tenant, inPopup)) })
    await login
    expect(await another.getTokenSilently()).not.toBe('stolen')
  })
})

describe('the text of an error', () => {
  it('security 13: is passed on as text, and is nothing in the page', async () => {
    const client = createClient()
    const { state } = await authorize(tenant, await redirectUrl(client))
    const text = '<img src=x onerror="alert(1)"> Call +1 555 0100'
    const page = document.documentElement.outerHTML
    const error = await client
      .handleRedirectCallback(back({ state, error: 'access_denied', error_description: text }))
      .catch(e => e)
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error.message).toBe(text)
    expect(document.documentElement.outerHTML).toBe(page)
  })
})

describe('an answer', () => {
  it('security 17: uses its login up before the code is sent', async () => {
    const client = createClient()
    const url = await tenant.answerLogin(await redirectUrl(client))
    let atRequest: string[] | undefined
    tenant.intercept('token', () => {
      atRequest = logins()
      return undefined
    })
    await client.handleRedirectCallback(url)
    expect(atRequest).toEqual([])
  })

  it('security 17, M17: sends nothing when it is replayed, whether it worked or not', async () => {
    const client = createClient()
    const url = await tenant.answerLogin(await redirectUrl(client))
    tenant.idTokenClaims = { nonce: 'another' }
    const failed = { error: 'invalid_token' }
    await expect(client.handleRedirectCallback(url)).rejects.toMatchObject(failed)
    await expect(client.handleRedirectCallback(url)).rejects.toMatchObject(failed)
    const afterReload = createClient()
    await expect(afterReload.handleRedirectCallback(url)).rejects.toMatchObject({
      error: 'missing_transaction',
    })
    expect(tokenRequests(tenant)).toHaveLength(1)
  })

  it('security 18: has left the address bar when its code is sent', async () => {
    const client = createClient()
    const answer = { ...(await authorize(tenant, await redirectUrl(client))), session_state: 'x' }
    const iss = 'https://tenant.example.com/'
    history.replaceState(null, '', `/callback?${new URLSearchParams({ ...answer, iss, tab: '2' })}`)
    let atRequest: string | undefined
    tenant.intercept('token', () => {
      atRequest = location.href
      return undefined
    })
    await client.handleRedirectCallback(location.href, { cleanUrl: true })
    expect(atRequest).toBe('https://app.example.com/callback?tab=2')
  })

  it('security 23: cannot name the endpoint that its code, or a refresh token, is sent to', async () => {
    const client = createClient({ useRefreshTokens: true, cacheLocation: 'localstorage' })
    const elsewhere = {
      token_endpoint: 'https://evil.example.com/token',
      domain: 'evil.example.com',
      issuer: 'https://evil.example.com/',
    }
    tenant.tokenResponse = elsewhere
    const url = await redirectUrl(client)
    await client.handleRedirectCallback(back({ ...elsewhere, ...(await authorize(tenant, url)) }))
    await client.getTokenSilently({ cacheMode: 'off' })
    // A request to any other address would have failed: nothing else answers here.
    expect(tokenRequests(tenant).map(fields => fields.grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ])
  })

  it('security 1, 16: of a popup without a code starts nothing, whatever else it brings', async () => {
    const client = createClient()
    const { login, url } = await begin(client)
    const { state } = await authorize(tenant, url)
    post({ state, access_token: 'stolen', response_type: 'token' })
    await expect(login).rejects.toBeInstanceOf(GenericError)
    expect(tokenRequests(tenant)).toEqual([])
    expect(await client.isAuthenticated()).toBe(false)
  })
})
