import { describe, expect, it } from 'vitest'
import { pending, sections, untested } from '../support/fixtures/contract-sections.ts'
import { allTitles, numbersIn, titlesIn } from '../support/test-titles.js'

const named = new Set(allTitles().flatMap(({ title }) => numbersIn('core', title)))

describe('the core contract', () => {
  it('has a test for every section, but for those that are listed with a reason', () => {
    const excused = [...Object.keys(untested), ...pending]
    const required = sections.filter(section => !excused.includes(section))
    expect(required.filter(section => !named.has(section))).toEqual([])
  })

  it('has no pending section that has got its test: those come off the list', () => {
    expect(pending.filter(section => named.has(section))).toEqual([])
  })

  it('has no test for a section that is listed as untested', () => {
    expect(Object.keys(untested).filter(section => named.has(section))).toEqual([])
  })

  it('has a sentence for each section that is listed as untested', () => {
    for (const reason of Object.values(untested)) expect(reason).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('has every section that is listed or named, and each once', () => {
    expect(new Set(sections).size).toBe(sections.length)
    const known = new Set([...sections, ...sections.map(section => section.split('.')[0] ?? '')])
    const mentioned = [...named, ...pending, ...Object.keys(untested)]
    expect(mentioned.filter(section => !known.has(section))).toEqual([])
  })
})

describe('titles of tests', () => {
  it('are read from the code, and not from comments, other calls or skipped tests', () => {
    const text = `
      // it('core 1.1 in a comment', () => {})
      it.skip('core 1.2 skipped', () => {})
      it.todo('core 1.3 to do')
      log('core 1.4 elsewhere')
      describe.each(rows)('core 2.1 a table', () => {
        it(\`core 2.2 a template of \${name}\`, () => {})
        test.concurrent("x, core 2.30 in the middle", () => {})
        describe('core 4.1, 4.2 and 11.40 three at once', () => {})
        it.each\`a\`('core 6 without a second number', () => {})
        it.each([['7, 4.4', 1], ['9', 2]])('core %s: of a table', () => {})
        it.each(rows)('core %s of another', () => {})
      })`
    expect(titlesIn('x.ts', text).flatMap(title => numbersIn('core', title))).toEqual([
      '2.1',
      '2.2',
      '2.30',
      '4.1',
      '4.2',
      '11.40',
      '6',
      '7',
      '4.4',
      '9',
    ])
  })
})
