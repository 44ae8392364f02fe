import { createHash, randomBytes } from 'node:crypto'
import { createCookieJar } from './cookie-jar.js'

/** @typedef {import('../../../examples/tenant/start-tenant.js').Tenant} Tenant */
/** @typedef {{ state: string, code?: string, error?: string, error_description?: string }} Answer */

export const APP = 'http://localhost:4000'
export const CLIENT_ID = 'test-app'
export const ADA = { email: 'ada@example.com', password: 'lovelace' }

/** Options of a tenant whose only client is the test's. */
export const CLIENTS = { clients: [{ client_id: CLIENT_ID, origins: [APP] }] }

const randomText = () => randomBytes(32).toString('base64url')

/**
 * @param {string} html
 * @returns {string}
 */
const formAction = html => /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? ''

/**
 * The message a web message page would post, and to whom.
 *
 * @param {string} html
 * @returns {{ response: Answer, redirect_uri: string }}
 */
export const readWebMessage = html => JSON.parse(/var data = (\{.*\});/.exec(html)?.[1] ?? 'null')

/**
 * A person with a browser, as far as the tenant can tell: keeps cookies, follows redirects within
 * the tenant, stops where the application begins.
 *
 * @param {Tenant} tenant
 */
export const openBrowser = tenant => {
  const jar = createCookieJar()

  /**
   * @param {string} address
   * @param {RequestInit} [init]
   */
  const visit = async (address, init = {}) => {
    const url = new URL(address, tenant.url)
    const headers = { cookie: jar.headerFor(url.pathname) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    jar.keep(response)
    return response
  }

  /**
   * @param {string} address
   * @param {RequestInit} [init]
   * @returns {Promise<{ response: Response, left: URL | undefined }>}
   */
  const follow = async (address, init) => {
    const response = await visit(address, init)
    const location = response.headers.get('location')
    if (!location) return { response, left: undefined }
    const target = new URL(location, tenant.url)
    return target.origin === tenant.url ? follow(target.href) : { response, left: target }
  }

  /** @param {Record<string, string>} params */
  const authorizeUrl = (params = {}) => {
    const verifier = randomText()
    const request = {
      client_id: CLIENT_ID,
      scope: 'openid profile email',
      response_type: 'code',
      response_mode: 'query',
      state: randomText(),
      nonce: randomText(),
      redirect_uri: `${APP}/callback`,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...params,
    }
    return { url: `/authorize?${new URLSearchParams(request)}`, verifier, request }
  }

  /**
   * @param {Response} page
   * @param {Record<string, string>} fields
   */
  const submit = async (page, fields) =>
    follow(formAction(await page.text()), { method: 'POST', body: new URLSearchParams(fields) })

  /**
   * Signs in through the login page, or without it when a session exists.
   *
   * @param {Record<string, string>} [params]
   */
  const authorize = async params => {
    const { url, verifier, request } = authorizeUrl(params)
    const first = await follow(url)
    const { left } = first.left ? first : await submit(first.response, ADA)
    const answer = /** @type {Answer} */ (Object.fromEntries(left?.searchParams ?? []))
    return { answer, verifier, request, left }
  }

  /**
   * The silent flow, as a hidden frame does it.
   *
   * @param {Record<string, string>} [params]
   */
  const authorizeSilently = async params => {
    const { url, verifier, request } = authorizeUrl({
      prompt: 'none',
      response_mode: 'web_message',
      redirect_uri: APP,
      ...params,
    })
    const response = await visit(url)
    return { response, message: readWebMessage(await response.text()), verifier, request }
  }

  return {
    visit,
    follow,
    submit,
    authorizeUrl,
    authorize,
    authorizeSilently,
    cookiesFor: jar.headerFor,
  }
}
