import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { AUDIENCE, startApi } from './support/api.js'
import { CLIENTS, openBrowser } from './support/browser.js'
import { passTime, stopClock } from './support/clock.js'
import { openDpopApp } from './support/dpop-app.js'
import { logIn, refresh } from './support/token-client.js'
import { readJwt } from './support/tokens.js'

const ACR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'
const LOGIN = { audience: AUDIENCE, scope: 'openid offline_access' }
const PATH = '/api/step-up'

/** @type {import('./support/browser.js').Tenant} */
let tenant
/** @type {import('./support/api.js').RunningApi} */
let api

beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
  api = await startApi(tenant)
}, 60_000)
afterEach(() => {
  vi.useRealTimers()
})
afterAll(async () => {
  await Promise.all([api.close(), tenant.close()])
})

/** @param {string} token */
const askWith = token => api.ask(PATH, { authorization: `Bearer ${token}` })

/** @param {string} scheme */
const stepUpChallenge = scheme =>
  expect.stringMatching(
    new RegExp(
      `^${scheme} realm="api".*, error="insufficient_user_authentication", ` +
        `error_description="[^"]+", acr_values="${ACR}", max_age="300"$`,
    ),
  )

describe('a route that requires a certain login', () => {
  it('tells in its challenge which one, and accepts the token of such a login', async () => {
    const browser = openBrowser(tenant)
    const { access_token } = await logIn(tenant, LOGIN, browser)
    const refused = await askWith(access_token)
    const again = await logIn(tenant, { ...LOGIN, acr_values: ACR, max_age: '300' }, browser)

    expect(refused).toMatchObject({
      status: 401,
      body: { error: 'insufficient_user_authentication' },
      challenge: stepUpChallenge('Bearer'),
    })
    expect(await askWith(again.access_token)).toMatchObject({ status: 200, body: { acr: ACR } })
  })

  it('answers a request with a proof with the scheme DPoP', async () => {
    const app = await openDpopApp(tenant)
    const { access_token } = await app.logIn(LOGIN)
    const details = { htm: 'GET', accessToken: access_token }
    const authorization = `DPoP ${access_token}`
    const dpop = await app.key.prove(api.url + PATH, details)

    expect(await api.ask(PATH, { authorization, dpop })).toMatchObject({
      status: 401,
      challenge: stepUpChallenge('DPoP'),
    })
    const stronger = await app.logIn({ ...LOGIN, acr_values: ACR })
    const proof = await app.key.prove(api.url + PATH, {
      htm: 'GET',
      accessToken: stronger.access_token,
    })
    expect(
      await api.ask(PATH, { authorization: `DPoP ${stronger.access_token}`, dpop: proof }),
    ).toMatchObject({ status: 200 })
  })

  it('refuses a login that is too long ago, also in a new token', async () => {
    stopClock()
    const { refresh_token } = await logIn(tenant, { ...LOGIN, acr_values: ACR })
    passTime(306_000)
    const { body } = await refresh(tenant, refresh_token)

    expect(await askWith(body.access_token)).toMatchObject({
      status: 401,
      body: { error: 'insufficient_user_authentication' },
      challenge: stepUpChallenge('Bearer'),
    })
  })

  it('accepts any of several ways to sign in, and may have no limit of time', async () => {
    const { stepUp } = api.settings
    api.settings.stepUp = { acrValues: 'urn:example:gold urn:example:silver' }
    stopClock()
    const { refresh_token } = await logIn(tenant, { ...LOGIN, acr_values: 'urn:example:silver' })
    const bronze = await logIn(tenant, { ...LOGIN, acr_values: 'urn:example:bronze' })
    passTime(3_600_000)
    const { body } = await refresh(tenant, refresh_token)
    const answers = [await askWith(body.access_token), await askWith(bronze.access_token)]
    api.settings.stepUp = stepUp

    expect(answers).toMatchObject([
      { status: 200 },
      {
        status: 401,
        challenge: expect.stringMatching(/acr_values="urn:example:gold urn:example:silver"$/),
      },
    ])
  })

  it('answers an invalid token as every route does', async () => {
    expect(await askWith('x')).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    expect(await api.ask(PATH)).toMatchObject({ challenge: 'Bearer realm="api"' })
  })
})

describe('a login with acr_values', () => {
  it('puts the first one and the time into both tokens, and a refresh keeps them', async () => {
    const before = Math.floor(Date.now() / 1000)
    const login = await logIn(tenant, { ...LOGIN, acr_values: `${ACR} urn:example:other` })
    const { body } = await refresh(tenant, login.refresh_token)

    for (const token of [login.access_token, login.id_token, body.access_token, body.id_token]) {
      const { acr, auth_time: authTime } = readJwt(token).claims
      expect(acr).toBe(ACR)
      expect(Number(authTime)).toBeGreaterThanOrEqual(before)
    }
  })

  it('shows the login page although there is a session, unless it was begun with one of them', async () => {
    const browser = openBrowser(tenant)
    await logIn(tenant, LOGIN, browser)
    const withAcr = { ...LOGIN, acr_values: `urn:example:other ${ACR}` }
    const first = await browser.follow(browser.authorizeUrl(withAcr).url)
    await logIn(tenant, { ...LOGIN, acr_values: ACR }, browser)
    const second = await browser.follow(browser.authorizeUrl(withAcr).url)
    const plain = await browser.follow(browser.authorizeUrl(LOGIN).url)

    expect(first.response.status).toBe(200)
    expect(first.left).toBeUndefined()
    expect(second.left?.searchParams.get('code')).toBeTruthy()
    expect(plain.left?.searchParams.get('code')).toBeTruthy()
  })

  it('needs the login page, so that it fails silently', async () => {
    const browser = openBrowser(tenant)
    await logIn(tenant, LOGIN, browser)
    const { message } = await browser.authorizeSilently({ ...LOGIN, acr_values: ACR })

    expect(message.response.error).toBe('interaction_required')
  })

  it('is not what another login in the same browser has', async () => {
    const browser = openBrowser(tenant)
    await logIn(tenant, { ...LOGIN, acr_values: ACR }, browser)
    const { access_token } = await logIn(tenant, { ...LOGIN, prompt: 'login' }, browser)

    expect(readJwt(access_token).claims).not.toHaveProperty('acr')
    expect(readJwt(access_token).claims.auth_time).toEqual(expect.any(Number))
  })
})
