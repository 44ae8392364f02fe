import type { TestTenantAnswer, TestTenantFailure } from './test-tenant-types.ts'

/** Every page may read the response; no cookies are used. */
const CORS = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' }

export const json = (body: unknown, status = 200): TestTenantAnswer => ({
  status,
  headers: { ...CORS, 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

export const failure = ({ status = 400, ...body }: TestTenantFailure): TestTenantAnswer =>
  json(body, status)

const html = (status: number, body: string): TestTenantAnswer => ({
  status,
  headers: { 'Cache-Control': 'no-store', 'Content-Type': 'text/html; charset=utf-8' },
  body: `<!doctype html><meta charset="utf-8"><title>Test tenant</title>${body}`,
})

/** A page for the user, where an error must not be sent to the application. */
export const page = (text: string, status = 400): TestTenantAnswer => html(status, `<p>${text}`)

export const redirect = (Location: string): TestTenantAnswer => ({
  status: 302,
  headers: { 'Cache-Control': 'no-store', Location },
  body: '',
})

/** The answer to a CORS preflight, which JSON and custom headers cause. */
export const preflight: TestTenantAnswer = {
  status: 204,
  headers: { ...CORS, 'Access-Control-Allow-Headers': '*', 'Access-Control-Allow-Methods': '*' },
  body: '',
}

/** A page that posts the response to its opener or parent (response mode `web_message`). */
export const webMessage = (response: object, targetOrigin: string): TestTenantAnswer => {
  const literal = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c')
  const message = literal({ type: 'authorization_response', response })
  const target = literal(targetOrigin)
  return html(200, `<script>(opener ?? parent).postMessage(${message}, ${target})</script>`)
}

/** The response of an interceptor, which may be a `Response` of the platform. */
export const toAnswer = async (
  response: TestTenantAnswer | Response,
): Promise<TestTenantAnswer> => {
  if (!('text' in response)) return response
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), body: await response.text() }
}
