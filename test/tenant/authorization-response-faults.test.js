import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTenant } from '../support/start-tenant.js'
import { CLIENTS, openBrowser, readWebMessage } from './support/browser.js'

/** @type {import('./support/browser.js').Tenant} */
let tenant
beforeAll(async () => {
  tenant = await startTenant(CLIENTS)
})
afterEach(() => {
  tenant.faults.clear()
  tenant.log.clear()
})
afterAll(() => tenant.close())

/** @param {NonNullable<import('../../examples/tenant/faults/fault.js').Fault['authorizationResponse']>} change */
const change = (change, filter = {}) =>
  tenant.faults.add({ endpoint: 'authorize', authorizationResponse: change, ...filter })

describe('an authorization response in a redirect', () => {
  it('has parameters removed and set, after the login page', async () => {
    change({ remove: ['state'], set: { iss: 'https://other.example/' } })
    const { left } = await openBrowser(tenant).authorize()

    expect(left?.searchParams.get('code')).toBeTruthy()
    expect(left?.searchParams.has('state')).toBe(false)
    expect(left?.searchParams.getAll('iss')).toEqual(['https://other.example/'])
  })

  it('has parameters twice', async () => {
    change({ repeat: ['state', 'code'] })
    const { left, request } = await openBrowser(tenant).authorize()

    expect(left?.searchParams.getAll('state')).toEqual([request.state, request.state])
    expect(left?.searchParams.getAll('code')).toHaveLength(2)
  })

  it('has them changed in a fragment too', async () => {
    change({ set: { state: 'other' } })
    const { left } = await openBrowser(tenant).authorize({ response_mode: 'fragment' })

    expect(new URLSearchParams(left?.hash.slice(1)).get('state')).toBe('other')
  })

  it('is affected, not the redirects before it', async () => {
    change({ set: { state: 'first' } }, { times: 1 })
    const browser = openBrowser(tenant)
    const first = await browser.authorize()
    const second = await browser.authorize()

    expect(first.left?.searchParams.get('state')).toBe('first')
    expect(second.left?.searchParams.get('state')).toBe(second.request.state)
    const told = tenant.log.entries.filter(({ fault }) => fault === 'authorizationResponse')
    expect(told).toMatchObject([{ endpoint: 'login', path: '/authorize/:id', workDone: true }])
  })

  it('can be turned from success into an error', async () => {
    const set = { error: 'access_denied', error_description: '<b>owned</b>' }
    change({ remove: ['code'], set })
    const { answer } = await openBrowser(tenant).authorize()

    expect(answer).toMatchObject(set)
    expect(answer).not.toHaveProperty('code')
  })
})

describe('an authorization response in a web message', () => {
  const ask = async () => {
    const browser = openBrowser(tenant)
    await browser.authorize()
    return browser.authorizeSilently()
  }

  it('has parameters removed and set, in a page that still runs', async () => {
    change({ remove: ['iss'], set: { state: '</script><b>' } }, { prompt: 'none' })
    const browser = openBrowser(tenant)
    await browser.authorize()
    const { url } = browser.authorizeUrl({ prompt: 'none', response_mode: 'web_message' })
    const response = await browser.visit(url)
    const page = await response.text()
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? ''
    const { response: answer } = readWebMessage(page)

    expect(answer).not.toHaveProperty('iss')
    expect(answer.state).toBe('</script><b>')
    expect(answer.code).toBeTruthy()
    expect(response.headers.get('content-security-policy')).toContain(
      `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    )
  })

  it('has repeated parameters as a list', async () => {
    change({ repeat: ['state'] }, { prompt: 'none' })
    const { message, request } = await ask()

    expect(message.response.state).toEqual([request.state, request.state])
  })

  it('is not changed when the prompt is different', async () => {
    change({ set: { state: 'x' } }, { prompt: 'login' })
    const { message, request } = await ask()

    expect(message.response.state).toBe(request.state)
  })
})
