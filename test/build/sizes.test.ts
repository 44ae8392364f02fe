import { describe, expect, it } from 'vitest'
import { measureApp, measureSizes, NOT_LOADED } from './sizes.js'

const sizes = await measureSizes()

describe('sizes, gzipped', () => {
  it.each(sizes)('stays within $budget bytes: $what', ({ bytes, budget }) => {
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(budget)
  })

  it('leaves out only modules that there are', async () => {
    const { beforeLogin, signedIn, left } = await measureApp()
    expect(left).toEqual(Object.keys(NOT_LOADED).sort())
    expect(signedIn).toBeGreaterThan(beforeLogin)
  })
})
