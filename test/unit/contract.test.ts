import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { pending, sections, untested } from '../support/fixtures/contract-sections.ts'

const TESTS = join(import.meta.dirname, '..')

/** `describe`, `it.each(…)`, `test.for(…)`; not what is skipped or still to do. */
const namesTests = (callee: ts.Expression): boolean => {
  if (ts.isIdentifier(callee)) return ['describe', 'it', 'test'].includes(callee.text)
  if (ts.isPropertyAccessExpression(callee)) {
    return !['skip', 'todo', 'fails'].includes(callee.name.text) && namesTests(callee.expression)
  }
  if (ts.isCallExpression(callee)) return namesTests(callee.expression)
  return ts.isTaggedTemplateExpression(callee) && namesTests(callee.tag)
}

const titlesIn = (file: string, text: string): string[] => {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && namesTests(node.expression)) {
      const [title] = node.arguments
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        titles.push(title.getText())
      }
    }
    node.forEachChild(visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return titles
}

/** `core 4.3`, and both of `core 2.7 and 11.40`. */
const NAMED = /\bcore ((?:\d+(?:\.\d+)?(?:, | and )?)+)/g

const sectionsIn = (titles: string[]): string[] =>
  titles.flatMap(title =>
    [...title.matchAll(NAMED)].flatMap(([, list = '']) => list.match(/\d+(?:\.\d+)?/g) ?? []),
  )

const titles = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.(test|spec)\.(ts|js)$/.test(file))
  .flatMap(file => titlesIn(file, readFileSync(join(TESTS, file), 'utf8')))
const named = new Set(sectionsIn(titles))

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
      })`
    expect(sectionsIn(titlesIn('x.ts', text))).toEqual([
      '2.1',
      '2.2',
      '2.30',
      '4.1',
      '4.2',
      '11.40',
      '6',
    ])
  })
})
