import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fetchHttp } from '../../src/browser/fetch-http.ts'
import { retryAfterMs } from '../../src/protocol/retry-after.ts'
import { headerValue, text } from './support/arbitraries.ts'
import { fuzz } from './support/fuzz.ts'
import { replaceResponses } from './support/open-tenant.ts'

const request = {
  url: 'https://tenant.example.com/oauth/token',
  method: 'POST' as const,
  body: { form: {} },
  timeoutMs: 1000,
  attempts: 1,
}

describe('fuzzing: headers of responses', () => {
  it('security 47: no value of Retry-After is a pause of more than five minutes', async () => {
    const responses = fc.record({
      retryAfter: headerValue,
      status: fc.constantFrom(200, 302, 400, 429, 500, 503),
      body: text,
    })
    await fuzz(500, responses, async ({ retryAfter, status, body }, { page, tenant }) => {
      const headers = { 'Retry-After': retryAfter }
      replaceResponses(tenant, async () => ({ status, headers, body }))
      const { value } = await page.outcomeOf(fetchHttp(request))
      const ms = value && retryAfterMs(value)
      if (status === 200) expect(ms).toBeUndefined()
      if (ms !== undefined) expect(ms > 0 && ms <= 300_000).toBe(true)
      if (/^[1-9]\d{0,2}$/.test(retryAfter) && status !== 200) {
        expect(ms).toBe(Math.min(Number(retryAfter) * 1000, 300_000))
      }
    })
  })
})
