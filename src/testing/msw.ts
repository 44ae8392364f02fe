import { HttpResponse, http, type RequestHandler } from 'msw'
import type { TestTenant } from './index.ts'

/**
 * Request handlers for msw 2 that answer as the tenant does, at its endpoints and no others.
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
  Object.values(tenant.endpoints).map(url =>
    http.all(url, async ({ request }) => {
      const { method } = request
      const body = await request.text()
      const answer = await tenant.respond({ method, url: request.url, body })
      const { status, headers } = answer
      return new HttpResponse(answer.body || null, { status, headers })
    }),
  )
