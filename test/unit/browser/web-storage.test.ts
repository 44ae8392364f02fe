import { describe, expect, it, vi } from 'vitest'
import { storageChange } from '../../../src/browser/page-events.ts'
import { itemKeys, readItem, removeItem, writeItem } from '../../../src/browser/web-storage.ts'

describe('security 49: a storage of the page', () => {
  const names = ['localStorage', 'sessionStorage'] as const

  it.each(names)('%s has what is written', name => {
    expect(writeItem(name, 'item-1', 'text')).toBe(true)
    expect(globalThis[name].getItem('item-1')).toBe('text')
    expect(readItem(name, 'item-1')).toBe('text')
    expect(itemKeys(name)).toContain('item-1')
    removeItem(name, 'item-1')
    expect(globalThis[name].getItem('item-1')).toBeNull()
    expect(readItem(name, 'item-1')).toBeUndefined()
  })

  const deny = (): never => {
    throw new DOMException('denied', 'SecurityError')
  }
  const denied = { getItem: deny, setItem: deny, removeItem: deny } as never

  it.each(
    names.flatMap(name => [
      [name, 'is denied when it is named', deny] as const,
      [name, 'is denied when it is used', () => denied] as const,
      [name, 'is null', () => null as never] as const,
      [name, 'is missing', () => undefined as never] as const,
    ]),
  )('%s is empty and takes nothing if it %s', (name, _, get) => {
    vi.spyOn(globalThis, name, 'get').mockImplementation(get)
    expect(writeItem(name, 'item-1', 'text')).toBe(false)
    expect(readItem(name, 'item-1')).toBeUndefined()
    expect(() => removeItem(name, 'item-1')).not.toThrow()
  })

  it.each(names)('%s that takes nothing without an error has not written', name => {
    const silent = { getItem: () => null, setItem: () => {} } as never
    vi.spyOn(globalThis, name, 'get').mockReturnValue(silent)
    expect(writeItem(name, 'item-1', 'text')).toBe(false)
  })
})

describe('storageChange', () => {
  it('waits for a change of another tab, or for the given time', async () => {
    vi.useFakeTimers()
    const ended: string[] = []
    const wait = (name: string, ms: number) => storageChange(ms).then(() => ended.push(name))
    wait('told', 1000)
    // Clients of earlier files in this process may have timers too.
    const running = vi.getTimerCount()
    window.dispatchEvent(new StorageEvent('storage'))
    expect(vi.getTimerCount()).toBe(running - 1)
    await vi.advanceTimersByTimeAsync(0)
    expect(ended).toEqual(['told'])
    wait('untold', 1000)
    await vi.advanceTimersByTimeAsync(999)
    expect(ended).toEqual(['told'])
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toEqual(['told', 'untold'])
  })
})
