import { HttpResponse, http, type RequestHandler } from 'msw'
import type { TestTenant } from './index.ts'

/**
 * Creates request handlers for msw 2 that answer for the tenant, at its endpoints only.
 *
 * @example
 * ```ts
 * const tenant = createTestTenant({ clientId: 'app' })
 * const server = setupServer(...createTenantHandlers(tenant), ...handlersOfTheApi)
 * beforeAll(() => server.listen())
 * afterAll(() => server.close())
 * ```
 */
export const createTenantHandlers = (tenant: TestTenant): RequestHandler[] =>
  Object.values(tenant.endpoints).map(endpoint =>
    http.all(endpoint, async ({ request }) => {
      const { method, url } = request
      const requestHeaders = Object.fromEntries(request.headers)
      const requestBody = await request.text()
      const answer = await tenant.respond({
        method,
        url,
        headers: requestHeaders,
        body: requestBody,
      })
      const { status, headers, body } = answer
      return status === 0
        ? HttpResponse.error()
        : new HttpResponse(body || null, { status, headers })
    }),
  )
