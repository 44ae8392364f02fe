import 'fake-indexeddb/auto'
import { describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../../src/browser/cookies.ts'
import { indexedDbVersionStore } from '../../../../src/storage/lock/indexed-db-version.ts'
import { createLocalStorageFence } from '../../../../src/storage/lock/write-fence.ts'

const create = () =>
  createLocalStorageFence({
    cookies: createCookies({ domain: undefined, withLegacyCopy: false }),
    clientId: 'client-1',
    origin: location.origin,
    loadIndexedDb: () => import('../../../../src/storage/lock/indexed-db-version.ts'),
  })

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

describe('versions in IndexedDB', () => {
  it('are visible to every other store at once, and cleared by name', async () => {
    const versions = indexedDbVersionStore()
    expect(await versions.read('a.1')).toBeUndefined()
    await versions.write('a.1', 7)
    await versions.write('a.2', 8)
    await versions.write('b.1', 9)
    expect(await indexedDbVersionStore().read('a.1')).toBe(7)
    await indexedDbVersionStore().clear(name => name.startsWith('a.'))
    expect(await versions.read('a.1')).toBeUndefined()
    expect(await versions.read('b.1')).toBe(9)
    await versions.clear(() => true)
  })

  it('are used if the browser stores no cookies', async () => {
    vi.spyOn(document, 'cookie', 'set').mockImplementation(() => {})
    expect(await create().write('lock', async () => 7)).toBe(7)
    expect(document.cookie).toBe('')
    expect(await names()).toEqual([expect.stringMatching(/^auth0\.client-1\.generation\./)])

    const [key = ''] = Object.keys(localStorage)
    const text = localStorage.getItem(key) ?? ''
    localStorage.removeItem(key)
    let hasCaughtUp = false
    const waiting = create()
      .waitForLastWrite('lock')
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
