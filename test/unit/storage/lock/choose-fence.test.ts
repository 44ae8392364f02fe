import { describe, expect, it } from 'vitest'
import { LocalStorageCache } from '../../../../src/storage/local-storage-cache.ts'
import { chooseCoherence } from '../../../../src/storage/lock/choose-fence.ts'
import { InMemoryCache } from '../../../../src/storage/memory-cache.ts'
import { createAsyncCache } from '../stores.ts'

const marks = (): number => Object.keys(localStorage).length + document.cookie.length

describe('only localStorage needs help to be coherent', () => {
  it.each([
    ['memory', new InMemoryCache().enclosedCache],
    ['a cache of the application', createAsyncCache().cache],
  ])('%s gets no marks', async (_, cache) => {
    const coherence = await chooseCoherence(cache, 'client-1')()
    await coherence.catchUp('lock')
    expect(await coherence.around('lock', async () => 7)).toBe(7)
    await coherence.clear()
    expect(marks()).toBe(0)
  })

  it('localStorage does', async () => {
    const coherence = await chooseCoherence(new LocalStorageCache(), 'client-1')()
    expect(await coherence.around('lock', async () => 7)).toBe(7)
    expect(marks()).toBeGreaterThan(0)
  })
})
