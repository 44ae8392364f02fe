import type { TestTenantAnswer, TestTenantFailure } from './test-tenant-types.ts'

/** Readable by every page; there are no cookies. */
const CORS = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' }

export const json = (body: object, status = 200): TestTenantAnswer => ({
  status,
  headers: { ...CORS, 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

export const refuse = ({ status = 400, ...body }: TestTenantFailure): TestTenantAnswer =>
  json(body, status)

const html = (status: number, body: string): TestTenantAnswer => ({
  status,
  headers: { 'Cache-Control': 'no-store', 'Content-Type': 'text/html; charset=utf-8' },
  body: `<!doctype html><meta charset="utf-8"><title>Test tenant</title>${body}`,
})

/** What a person sees when no application may be told. */
export const page = (text: string, status = 400): TestTenantAnswer => html(status, `<p>${text}`)

export const redirect = (Location: string): TestTenantAnswer => ({
  status: 302,
  headers: { 'Cache-Control': 'no-store', Location },
  body: '',
})

/** Pages that send a header of their own, or JSON, ask first. */
export const preflight: TestTenantAnswer = {
  status: 204,
  headers: { ...CORS, 'Access-Control-Allow-Headers': '*', 'Access-Control-Allow-Methods': '*' },
  body: '',
}

/** Posts an answer to the page that this one was opened or framed by. */
export const webMessage = (response: object, targetOrigin: string): TestTenantAnswer => {
  const literal = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c')
  const message = literal({ type: 'authorization_response', response })
  const target = literal(targetOrigin)
  return html(200, `<script>(opener ?? parent).postMessage(${message}, ${target})</script>`)
}
