import { describe, expect, it, vi } from 'vitest'
import { storageChange, webStorage } from '../../../src/browser/web-storage.ts'

describe('security 49: webStorage', () => {
  it.each(['localStorage', 'sessionStorage'] as const)('%s is the storage of the page', name => {
    expect(webStorage(name)).toBe(globalThis[name])
  })

  it.each(['localStorage', 'sessionStorage'] as const)(
    '%s is undefined if access is denied',
    name => {
      vi.spyOn(globalThis, name, 'get').mockImplementation(() => {
        throw new DOMException('denied', 'SecurityError')
      })
      expect(webStorage(name)).toBeUndefined()
    },
  )
})

describe('storageChange', () => {
  it('waits for a change of another tab, or for the given time', async () => {
    vi.useFakeTimers()
    const ended: string[] = []
    const wait = (name: string, ms: number) => storageChange(ms).then(() => ended.push(name))
    wait('told', 1000)
    window.dispatchEvent(new StorageEvent('storage'))
    await vi.advanceTimersByTimeAsync(0)
    expect(ended).toEqual(['told'])
    wait('untold', 1000)
    await vi.advanceTimersByTimeAsync(999)
    expect(ended).toEqual(['told'])
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toEqual(['told', 'untold'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
