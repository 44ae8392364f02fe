import 'fake-indexeddb/auto'
import { describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../../src/browser/cookies.ts'
import { indexedDbPlace } from '../../../../src/storage/lock/indexed-db-version.ts'
import { createLocalStorageCoherence } from '../../../../src/storage/lock/write-fence.ts'

const create = () =>
  createLocalStorageCoherence(
    createCookies({ domain: undefined, withLegacyTwin: false }),
    'client-1',
  )

const names = async (): Promise<string[]> => {
  const request = indexedDB.open('latchkey')
  const db = await new Promise<IDBDatabase>(resolve => {
    request.onsuccess = () => resolve(request.result)
  })
  const keys = db.transaction('generations').objectStore('generations').getAllKeys()
  await new Promise(resolve => {
    keys.onsuccess = resolve
  })
  db.close()
  return keys.result.map(String)
}

describe('numbers in IndexedDB', () => {
  it('are seen by every other place at once, and cleared by prefix', async () => {
    const place = indexedDbPlace()
    expect(await place.read('a.1')).toBeUndefined()
    await place.write('a.1', 7)
    await place.write('a.2', 8)
    await place.write('b.1', 9)
    expect(await indexedDbPlace().read('a.1')).toBe(7)
    await indexedDbPlace().clear('a.')
    expect(await place.read('a.1')).toBeUndefined()
    expect(await place.read('b.1')).toBe(9)
    await place.clear('')
  })

  it('take the place of cookies where the browser refuses those', async () => {
    vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
    expect(await create().around('lock', async () => 7)).toBe(7)
    expect(document.cookie).toBe('')
    expect(await names()).toEqual([expect.stringMatching(/^auth0\.client-1\.generation\./)])

    const [key = ''] = Object.keys(localStorage)
    const text = localStorage.getItem(key) ?? ''
    localStorage.removeItem(key)
    let hasCaughtUp = false
    const waiting = create()
      .catchUp('lock')
      .then(() => {
        hasCaughtUp = localStorage.getItem(key) === text
      })
    await names()
    localStorage.setItem(key, text)
    window.dispatchEvent(new StorageEvent('storage', { key }))
    await waiting
    expect(hasCaughtUp).toBe(true)

    await create().clear()
    expect(await names()).toEqual([])
  })
})
