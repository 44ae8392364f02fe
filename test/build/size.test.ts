import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { INTERNAL_NAMES } from '../../rollup.config.mjs'
import { measureSizes } from './measure-sizes.js'

const sizes = await measureSizes()
const limited = sizes.filter(({ budget }) => budget !== undefined)

describe('sizes, minified and gzipped', () => {
  it.each(limited)('stays within $budget bytes: $what', ({ bytes, budget }) => {
    expect(bytes).toBeLessThanOrEqual(budget ?? 0)
  })

  it('measures every part', () => {
    for (const { what, bytes } of sizes) expect(bytes, what).toBeGreaterThan(0)
  })
})

describe('names that the minifier shortens', () => {
  const typings = readFileSync(join(import.meta.dirname, '../../dist/typings/index.d.ts'), 'utf8')

  it.each(INTERNAL_NAMES)('%s is nothing that an application knows', name => {
    expect(typings).not.toMatch(new RegExp(`^\\s+(readonly )?${name}\\??[:(<]`, 'm'))
  })
})
