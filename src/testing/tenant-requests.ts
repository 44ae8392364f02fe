import type {
  TestEndpoint,
  TestTenantAnswer,
  TestTenantFailure,
  TestTenantLogEntry,
  TestTenantRequest,
} from './test-tenant-types.ts'

type Fields = Record<string, string>

const parseBody = (body: string): Fields =>
  body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))

/** What a tenant records of a request. */
export const toLogEntry = (
  endpoint: TestEndpoint,
  { method, url, headers = {}, body }: TestTenantRequest,
): TestTenantLogEntry => ({
  endpoint,
  parameters:
    method === 'POST' ? parseBody(body ?? '') : Object.fromEntries(new URL(url).searchParams),
  method,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
})

/** Failures that wait for the next request to their endpoint. */
export const createFailureQueue = () => {
  const queue: { endpoint: TestEndpoint; failure: TestTenantFailure }[] = []
  return {
    add: (endpoint: TestEndpoint, failure: TestTenantFailure): void => {
      queue.push({ endpoint, failure })
    },
    take: (endpoint: TestEndpoint): TestTenantFailure | undefined => {
      const index = queue.findIndex(next => next.endpoint === endpoint)
      return index < 0 ? undefined : queue.splice(index, 1)[0]?.failure
    },
  }
}

/** `fetch` on top of a function that answers requests. */
export const createFetch =
  (respond: (request: TestTenantRequest) => Promise<TestTenantAnswer>) =>
  async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { method, url, signal } = request
    if (signal.aborted) throw signal.reason
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    const headers = Object.fromEntries(request.headers)
    const body = await request.text()
    const answer = await Promise.race([respond({ method, url, headers, body }), aborted])
    if (answer.status === 0) throw new TypeError('Failed to fetch')
    return new Response(answer.body || null, { status: answer.status, headers: answer.headers })
  }
