import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCookies } from '../../../../src/browser/cookies.ts'
import { createSessionRecords } from '../../../../src/storage/lock/session-record.ts'

const cookies = createCookies({ domain: undefined, withLegacyCopy: false })
const create = () => createSessionRecords('client-1', cookies)
const record = { version: 7, session: 5, signed_out: 3, has_item: true }

describe('the session record in a cookie, where IndexedDB is missing', () => {
  beforeEach(() => void vi.stubGlobal('indexedDB', undefined))
  afterEach(() => void vi.unstubAllGlobals())

  it.each([{ ...record, session: 2 ** 51, version: 2 ** 51 }, { ...record, version: 1 }, 'text'])(
    'is not replaced or hidden by a cookie of a sibling domain: %j',
    async forged => {
      const name = 'auth0.client-1.generation'
      createCookies({ domain: 'example.com', withLegacyCopy: false }).set(name, forged, 10_000)
      expect(await create().read()).toMatchObject({ version: 0, session: 0 })
      await create().write(record)
      expect(await create().read()).toEqual(record)
      expect(await create().read()).toEqual(record)
    },
  )
})
