import { describe, expect, it, vi } from 'vitest'
import { retryAfterMs } from '../../../src/protocol/retry-after.ts'

const NOW = Date.parse('Wed, 15 Nov 2023 22:13:20 GMT')

const read = (value: string | undefined, status = 429): number | undefined =>
  retryAfterMs({
    ok: status < 300,
    status,
    headers: value === undefined ? {} : { 'retry-after': value },
    json: undefined,
  })

describe('Retry-After', () => {
  it.each([
    ['1', 1000],
    ['30', 30_000],
    ['300', 300_000],
    ['301', 300_000],
    ['9'.repeat(400), 300_000],
    ['Wed, 15 Nov 2023 22:13:50 GMT', 30_000],
    ['Wed, 15 Nov 2023 22:13:21 GMT', 1000],
    ['Thu, 16 Nov 2023 22:13:20 GMT', 300_000],
  ])('%s is a pause of %i ms', (value, ms) => {
    vi.useFakeTimers({ now: NOW })
    expect(read(value)).toBe(ms)
    expect(read(value, 503)).toBe(ms)
  })

  it.each([
    undefined,
    '',
    '0',
    '-1',
    '1.5',
    'soon',
    'NaN',
    'Infinity',
    'Wed, 15 Nov 2023 22:13:20 GMT',
    'Wed, 15 Nov 2000 22:13:20 GMT',
  ])('%j is no pause', value => {
    vi.useFakeTimers({ now: NOW })
    expect(read(value)).toBeUndefined()
  })

  it('of a successful response is ignored', () => {
    expect(read('30', 200)).toBeUndefined()
  })
})
