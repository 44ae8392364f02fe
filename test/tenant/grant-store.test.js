import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrantStore } from '../../examples/tenant/engine/grant-store.js'
import { passTime, stopClock } from './support/clock.js'

/** @type {Set<string>} */
let held
/** @type {ReturnType<typeof createGrantStore>} */
let grants

beforeEach(() => {
  stopClock()
  held = new Set()
  grants = createGrantStore(grantId => held.has(grantId))
})
afterEach(() => {
  vi.useRealTimers()
})

/** Enough of them for what has ended to be swept out. */
const storeMany = async () => {
  for (let count = 0; count < 300; count += 1) await grants.upsert(`other-${count}`, {}, 1)
}

describe('a grant', () => {
  it('ends when no token refers to it', async () => {
    await grants.upsert('one', { accountId: 'ada' }, 600)
    expect(await grants.find('one')).toMatchObject({ accountId: 'ada' })
    passTime(600_000)

    expect(await grants.find('one')).toBeUndefined()
  })

  it('lasts as long as the stored entries that refer to it', async () => {
    await grants.upsert('one', {}, 600)
    grants.prolong('one', Date.now() + 86_400_000)
    grants.prolong('one', Date.now() + 1_000)
    passTime(86_399_999)
    await storeMany()
    expect(await grants.find('one')).toBeDefined()
    passTime(1)

    expect(await grants.find('one')).toBeUndefined()
  })

  it('lasts exactly as long as refresh tokens refer to it', async () => {
    held.add('one')
    await grants.upsert('one', {}, 600)
    passTime(10_000 * 86_400_000)
    await storeMany()
    expect(await grants.find('one')).toBeDefined()
    held.delete('one')

    expect(await grants.find('one')).toBeUndefined()
  })

  it('keeps its end and its note when it is stored again', async () => {
    await grants.upsert('one', { accountId: 'ada' }, 600)
    grants.annotate('one', { org_id: 'org_1' })
    await grants.upsert('one', { accountId: 'ada', openid: {} }, 1_000_000)
    expect(grants.noteOf('one')).toEqual({ org_id: 'org_1' })
    expect(await grants.find('one')).toMatchObject({ openid: {} })
    passTime(600_000)

    expect(grants.noteOf('one')).toBeUndefined()
  })
})
