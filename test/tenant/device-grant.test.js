import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { ADA, CLIENT_ID, CLIENTS, openBrowser } from './support/browser.js'
import { fieldsOf } from './support/form.js'
import { post, refresh, UNUSABLE } from './support/token-client.js'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeEach(async () => {
  tenant = await startTenant(CLIENTS)
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await tenant.close()
})

/** @param {number} seconds */
const passTime = seconds => vi.setSystemTime(Date.now() + seconds * 1000)

/**
 * @param {Record<string, string>} [fields]
 * @param {'form' | 'json'} [encoding]
 */
const askForCode = async (fields = { scope: 'openid offline_access' }, encoding = 'form') => {
  const response = await post(tenant, '/oauth/device/code', fields, encoding)
  return { status: response.status, body: await response.json() }
}

/**
 * Asks once the interval is over, as a device does.
 *
 * @param {string} deviceCode
 */
const poll = async deviceCode => {
  passTime(5)
  const fields = { grant_type: DEVICE_GRANT, device_code: deviceCode }
  const response = await post(tenant, '/oauth/token', fields)
  return { status: response.status, body: await response.json() }
}

/**
 * @param {ReturnType<typeof openBrowser>} browser
 * @param {Response} page
 * @param {Record<string, string>} fields
 */
const submit = async (browser, page, fields) => {
  const html = await page.clone().text()
  return (await browser.submit(page, { ...fieldsOf(html), ...fields })).response
}

/**
 * Goes to the address the device shows and enters the code.
 *
 * @param {ReturnType<typeof openBrowser>} browser
 * @param {string} userCode
 */
const enterCode = async (browser, userCode) => {
  const { response } = await browser.follow('/activate')
  return submit(browser, response, { user_code: userCode })
}

describe('connecting a device', () => {
  it.each(/** @type {const} */ (['form', 'json']))(
    'begins with a code for the device and a code for its user, asked for with a %s body',
    async encoding => {
      const { status, body } = await askForCode({ scope: 'openid' }, encoding)

      expect(status).toBe(200)
      expect(body).toEqual({
        device_code: expect.any(String),
        user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
        verification_uri: `${tenant.url}/activate`,
        verification_uri_complete: `${tenant.url}/activate?user_code=${body.user_code}`,
        expires_in: 900,
        interval: 5,
      })
    },
  )

  it('gives the device rotating refresh tokens after its user has signed in in a browser', async () => {
    const browser = openBrowser(tenant)
    const audience = 'https://api.example.com/'
    const scope = 'openid email read:x offline_access'
    const { body: codes } = await askForCode({ scope, audience })
    const pending = await poll(codes.device_code)
    const confirmation = await enterCode(browser, codes.user_code)
    const html = await confirmation.clone().text()
    const login = await submit(browser, confirmation, { confirm: 'yes' })
    const { response: done } = await browser.submit(login, ADA)
    const { status, body } = await poll(codes.device_code)

    expect(pending.status).toBe(403)
    expect(pending.body.error).toBe('authorization_pending')
    expect(html).toContain(codes.user_code)
    expect(html).toContain(CLIENT_ID)
    expect(await done.text()).toContain('Device connected')
    expect(status).toBe(200)
    expect(body.scope.split(' ').sort()).toEqual(scope.split(' ').sort())
    expect(decodeJwt(body.access_token).aud).toContain(audience)
    expect(decodeJwt(body.id_token)).toMatchObject({ sub: 'auth0|ada', email: ADA.email })
    const next = (await refresh(tenant, body.refresh_token)).body.refresh_token
    expect(next).toBeTruthy()
    expect(await refresh(tenant, body.refresh_token)).toEqual(UNUSABLE)
    expect(await refresh(tenant, next)).toEqual(UNUSABLE)
  })

  it('requires no password if the browser is signed in', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { body: codes } = await askForCode()
    const done = await submit(browser, await enterCode(browser, codes.user_code), {
      confirm: 'yes',
    })

    expect(await done.text()).toContain('Device connected')
    expect((await poll(codes.device_code)).status).toBe(200)
  })

  it('shows the code filled in at verification_uri_complete, and still requires confirmation', async () => {
    const { body: codes } = await askForCode()
    const { response } = await openBrowser(tenant).follow(codes.verification_uri_complete)
    const html = await response.text()

    expect(fieldsOf(html)).toMatchObject({ user_code: codes.user_code })
    expect(html).not.toContain('<script')
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it('gives tokens for a code once only', async () => {
    const browser = openBrowser(tenant)
    const { body: codes } = await askForCode()
    await browser.authorize()
    await submit(browser, await enterCode(browser, codes.user_code), { confirm: 'yes' })
    const { body: tokens } = await poll(codes.device_code)

    expect((await poll(codes.device_code)).body.error).toBe('invalid_grant')
    expect(await refresh(tenant, tokens.refresh_token)).toEqual(UNUSABLE)
  })
})

describe('a device that is not connected', () => {
  it('gets access_denied when its user cancels the confirmation', async () => {
    const browser = openBrowser(tenant)
    const { body: codes } = await askForCode()
    const page = await submit(browser, await enterCode(browser, codes.user_code), { abort: 'yes' })

    expect(await page.text()).toContain('Not connected')
    expect(await poll(codes.device_code)).toMatchObject({
      status: 403,
      body: { error: 'access_denied' },
    })
  })

  it('gets access_denied when its user cancels the sign-in', async () => {
    const browser = openBrowser(tenant)
    const { body: codes } = await askForCode()
    const confirmation = await enterCode(browser, codes.user_code)
    const login = await submit(browser, confirmation, { confirm: 'yes' })
    const { response } = await browser.submit(login, { action: 'cancel' })

    expect(await response.text()).toContain('Not connected')
    expect((await poll(codes.device_code)).body.error).toBe('access_denied')
  })

  it('gets slow_down when it polls before the interval is over', async () => {
    const { body: codes } = await askForCode()
    await poll(codes.device_code)
    passTime(-3)
    const hasty = await poll(codes.device_code)
    const patient = await poll(codes.device_code)

    expect(hasty.status).toBe(429)
    expect(hasty.body.error).toBe('slow_down')
    expect(patient.body.error).toBe('authorization_pending')
  })

  it('gets expired_token when no user came, and the code cannot be used any more', async () => {
    const { body: codes } = await askForCode()
    passTime(901)

    expect(await poll(codes.device_code)).toMatchObject({
      status: 403,
      body: { error: 'expired_token' },
    })
    const page = await enterCode(openBrowser(tenant), codes.user_code)
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('That code has expired')
  })

  it.each([
    ['', 'Enter the code'],
    ['ZZZZ-ZZZZ', 'That code is not known'],
    ['"><b>x', 'That code is not known'],
  ])('keeps its user on the page for the code "%s"', async (userCode, problem) => {
    const page = await enterCode(openBrowser(tenant), userCode)
    const html = await page.text()

    expect(page.status).toBe(400)
    expect(html).toContain(problem)
    expect(html).not.toContain('<b>x')
  })

  it('cannot be confirmed by a page of another site that makes the browser send the form', async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { body: codes } = await askForCode()
    const body = new URLSearchParams({ user_code: codes.user_code, confirm: 'yes' })
    const { response } = await browser.follow('/activate', { method: 'POST', body })

    expect(response.status).toBe(400)
    expect((await poll(codes.device_code)).body.error).toBe('authorization_pending')
  })

  it('gets no code for a client that may not use the grant', async () => {
    const [client] = tenant.clients
    if (client) client.grant_types = ['authorization_code', 'refresh_token']

    expect(await askForCode()).toEqual({
      status: 403,
      body: {
        error: 'unauthorized_client',
        error_description: `Grant type '${DEVICE_GRANT}' not allowed for the client.`,
      },
    })
  })
})
