import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../../src/storage/local-storage-cache.ts'
import { chooseFence } from '../../../../src/storage/lock/choose-fence.ts'
import { InMemoryCache } from '../../../../src/storage/memory-cache.ts'
import { createAsyncCache } from '../stores.ts'

const versions = (): number => Object.keys(localStorage).length + document.cookie.length

describe('chooseFence', () => {
  it.each([
    ['the memory cache', new InMemoryCache().enclosedCache],
    ['a custom cache', createAsyncCache().cache],
  ])('writes no versions for %s', async (_, cache) => {
    const fence = await chooseFence(cache, 'client-1')()
    await fence.waitForLastWrite('lock')
    expect(await fence.write('lock', async () => 7)).toBe(7)
    await fence.clear()
    expect(versions()).toBe(0)
  })

  it('writes versions for localStorage', async () => {
    const fence = await chooseFence(new LocalStorageCache(), 'client-1')()
    expect(await fence.write('lock', async () => 7)).toBe(7)
    expect(versions()).toBeGreaterThan(0)
  })
})
