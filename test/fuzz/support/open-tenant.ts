import { base64url } from 'jose'
import { vi } from 'vitest'
import type { TestTenant, TestTenantAnswer } from '../../../src/testing/index.ts'
import { CLIENT_ID, createTenant, usualKey } from '../../support/testbed.ts'

export type Claims = Record<string, unknown>

/** A response: text that need not be JSON, or what `fetch` throws instead. */
export type Reply = TestTenantAnswer | { thrown: unknown }

/** What the SDK reads of a `Response`; unlike there, statuses and headers may be anything. */
const responseOf = ({ status, headers, body }: TestTenantAnswer) => ({
  status,
  ok: status >= 200 && status < 300,
  headers: new Headers(headers),
  text: async () => body,
  json: async () => JSON.parse(body),
})

/** The test tenant behind `fetch`, without a network, so that thousands of cases take seconds. */
export const openTenant = (): TestTenant => {
  const tenant = createTenant()
  vi.stubGlobal('fetch', async (input: unknown, init: RequestInit = {}) => {
    const url = String(input instanceof Request ? input.url : input)
    const { method = 'GET', body } = init
    return responseOf(await tenant.respond({ method, url, body: String(body ?? '') }))
  })
  return tenant
}

/** The usual response to a token request, with what its ID token claims. */
export interface Usual {
  response: Record<string, unknown>
  claims: Claims
}

const usualOf = (response: Record<string, unknown>): Usual => {
  const [, payload = ''] = String(response.id_token).split('.')
  return { response, claims: JSON.parse(new TextDecoder().decode(base64url.decode(payload))) }
}

/** The usual response to a renewal, without a refresh token and scope; nothing is redeemed. */
export const usualRenewal = async (tenant: TestTenant): Promise<Record<string, unknown>> => {
  const clientId = CLIENT_ID
  const { scope: _, ...response } = await tenant.issueTokens({ clientId, scope: 'openid' })
  return response
}

const send = (reply: Reply): TestTenantAnswer => {
  if ('thrown' in reply) throw reply.thrown
  return reply
}

/**
 * Replaces the response to the next login, and to the retries of its request. The new one is made
 * from the tenant's own, without its refresh token and scope.
 */
export const replaceLogin = (
  tenant: TestTenant,
  replace: (usual: Usual) => Promise<Reply>,
): void => {
  let usual: Usual | undefined
  tenant.intercept('token', async (_, respond) => {
    const { refresh_token: __, scope: ___, ...response } = JSON.parse((await respond()).body)
    usual ??= usualOf(response)
    return send(await replace(usual))
  })
}

/** Replaces the response to each token request; the tenant does not process the request. */
export const replaceResponses = (tenant: TestTenant, replace: () => Promise<Reply>): void => {
  tenant.intercept('token', async () => send(await replace()))
}

/** Signs any header and claims, valid or not. */
export const sign = async (claims: Claims, header: Claims = {}): Promise<string> => {
  const head = { alg: 'RS256', kid: 'k1', ...header }
  const signed = [head, claims].map(part => base64url.encode(JSON.stringify(part))).join('.')
  const bytes = new TextEncoder().encode(signed)
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', usualKey.privateKey, bytes)
  return `${signed}.${base64url.encode(new Uint8Array(signature))}`
}
