import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { conformance, inapplicable } from '../support/fixtures/conformance-rows.js'
import { rules, untested } from '../support/fixtures/security-rules.js'
import { testedConformance, testedRules, withTable } from '../support/security-table.js'
import { conformanceRowsIn, rulesIn, titlesIn } from '../support/test-titles.js'

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8')
const tested = testedRules()
const RULES = 73
const ROWS = 33

describe('the security contract', () => {
  it('is listed in full: its rules, and the rows of its hostile-provider tests', () => {
    const upTo = (last: number, prefix = ''): string[] =>
      Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`)
    expect(Object.keys(rules)).toEqual([...upTo(RULES), ...upTo(ROWS, 'M'), ...'ABCDEFG'])
  })

  it('has a test that names it for every rule, but for those that are listed', () => {
    const missing = Object.entries(rules).filter(
      ([rule]) => !tested.has(rule) && !untested.includes(rule),
    )
    expect(missing.map(([rule, [what]]) => `${rule}: ${what}`)).toEqual([])
  })

  it('says why of each rule that is listed, and lists none that has a test', () => {
    expect(untested.filter(rule => tested.has(rule))).toEqual([])
    expect(untested.filter(rule => !rules[rule]?.[1])).toEqual([])
  })

  it('has no test for a rule that it does not know', () => {
    expect([...tested.keys()].filter(rule => !(rule in rules))).toEqual([])
  })

  it('says in SECURITY.md what it says here; `npm run security:table` writes it', () => {
    expect(DOCUMENT).toBe(withTable(DOCUMENT, tested))
  })

  it('is written in sentences that fit into a table', () => {
    for (const part of [rules, conformance].flatMap(rows => Object.values(rows).flat()))
      expect(part).toMatch(/^[^|\n]{5,}\.$/)
  })
})

describe('the conformance list', () => {
  const rows = testedConformance()

  it('has a test for every row, but for those that do not apply and say why', () => {
    expect(Object.keys(conformance).filter(row => !rows.has(row))).toEqual(inapplicable)
    expect(inapplicable.filter(row => !conformance[row]?.[1])).toEqual([])
  })

  it('has no test for a row that it does not know', () => {
    expect([...rows.keys()].filter(row => !(row in conformance))).toEqual([])
  })

  it('has at least as many rows as the list of the foundation', () => {
    expect(Object.keys(conformance).length).toBeGreaterThanOrEqual(67)
  })

  it('reads names from titles', () => {
    expect(conformanceRowsIn('conformance nonce-invalid: is rejected')).toEqual(['nonce-invalid'])
    expect(conformanceRowsIn('the conformance list')).toEqual([])
  })
})

describe('numbers in titles', () => {
  it.each([
    ['security 36: refuses', ['36']],
    ['security 55: ignores', ['55']],
    ['security 14, M16: is refused', ['14', 'M16']],
    ['security 12, 13 and 16: only', ['12', '13', '16']],
    ['security M5 and M6: a list', ['M5', 'M6']],
    ['security: nothing', []],
    ['securities 4', []],
    ['security 4x', []],
  ])('of %j are %j', (title, numbers) => {
    expect(rulesIn(title)).toEqual(numbers)
  })
})

describe('titles of tests', () => {
  it('are read from the code, and not from comments, other calls or skipped tests', () => {
    const text = `
      // it('security 1 in a comment', () => {})
      it.${'skip'}('security 2 skipped', () => {})
      it.${'todo'}('security 3 to do')
      log('security 4 elsewhere')
      describe.each(rows)('security 5 a table', () => {
        it(\`security 6 a template of \${name}\`, () => {})
        test.concurrent("x, security 7 in the middle", () => {})
        describe('security 8, 9 and M10 three at once', () => {})
        it.each\`a\`('security 11 of a tagged table', () => {})
        it.each([['12, M13', 1], ['14', 2]])('security %s: of a table', () => {})
        it.each(rows)('security %s of another', () => {})
      })`
    expect(titlesIn('x.ts', text).flatMap(rulesIn)).toEqual('5 6 7 8 9 M10 11 12 M13 14'.split(' '))
  })
})
