import { afterEach, expect, it, vi } from 'vitest'
import { monotonicMs } from '../../src/deadline.ts'

afterEach(() => vi.unstubAllGlobals())

it.each([
  ['is missing', { value: undefined }],
  ['is null', { value: null }],
  [
    'cannot be named',
    {
      get: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    },
  ],
])('time is measured with the clock of the system where `performance` %s', (_, descriptor) => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'performance') ?? {}
  vi.spyOn(Date, 'now').mockReturnValue(7)
  Object.defineProperty(globalThis, 'performance', { configurable: true, ...descriptor })
  const nowMs = monotonicMs()
  Object.defineProperty(globalThis, 'performance', before)
  expect(nowMs).toBe(7)
})

it('time is measured with `performance`, which does not change when the time is set', () => {
  vi.spyOn(performance, 'now').mockReturnValue(3)
  expect(monotonicMs()).toBe(3)
})
