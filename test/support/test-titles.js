import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import ts from 'typescript'

const TESTS = join(import.meta.dirname, '..')

/**
 * `describe`, `it.each(…)`, `test.for(…)`; not what is skipped or still to do.
 *
 * @param {ts.Expression} callee
 * @returns {boolean}
 */
const namesTests = callee => {
  if (ts.isIdentifier(callee)) return ['describe', 'it', 'test'].includes(callee.text)
  if (ts.isPropertyAccessExpression(callee)) {
    return !['skip', 'todo', 'fails'].includes(callee.name.text) && namesTests(callee.expression)
  }
  if (ts.isCallExpression(callee)) return namesTests(callee.expression)
  return ts.isTaggedTemplateExpression(callee) && namesTests(callee.tag)
}

/**
 * The first value of each row of `it.each([…])`, where it is written there as text.
 *
 * @param {ts.Expression} callee
 * @returns {string[]}
 */
const firstValues = callee => {
  const [table] = ts.isCallExpression(callee) ? callee.arguments : []
  if (!table || !ts.isArrayLiteralExpression(table)) return []
  return table.elements
    .map(row => (ts.isArrayLiteralExpression(row) ? row.elements[0] : row))
    .filter(value => value !== undefined)
    .flatMap(value => (ts.isStringLiteralLike(value) ? [value.text] : []))
}

/**
 * The titles of the tests and groups in a file, read from the code; one with a `%s` once for each
 * row of its table.
 *
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
export const titlesIn = (file, text) => {
  /** @type {string[]} */
  const titles = []
  /** @param {ts.Node} node */
  const visit = node => {
    if (ts.isCallExpression(node) && namesTests(node.expression)) {
      const [title] = node.arguments
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        const text = title.getText()
        const values = text.includes('%s') ? firstValues(node.expression) : []
        titles.push(
          ...(values.length ? values.map(value => text.replace('%s', () => value)) : [text]),
        )
      }
    }
    node.forEachChild(visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return titles
}

/**
 * All titles of all test files, which are named from the top of the repository.
 *
 * @returns {{ file: string, title: string }[]}
 */
export const allTitles = () =>
  readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(test|spec)\.(ts|js)$/.test(file))
    .sort()
    .flatMap(file => {
      const path = `test/${file.split(sep).join('/')}`
      const titles = titlesIn(path, readFileSync(join(TESTS, file), 'utf8'))
      return titles.map(title => ({ file: path, title }))
    })

/**
 * The rows of the conformance list that a title names: `conformance nonce-invalid: …`.
 *
 * @param {string} title
 * @returns {string[]}
 */
export const conformanceRowsIn = title =>
  [...title.matchAll(/\bconformance ([\w-]+): /g)].map(([, name = '']) => name)

/**
 * The numbers of the rules of SECURITY.md that a title names: both of `security 14, M16: …`, and all
 * of `security 12, 13 and 16`.
 *
 * @param {string} title
 * @returns {string[]}
 */
export const rulesIn = title => {
  const lists = title.matchAll(/\bsecurity ((?:(?:M?\d+|[A-G])\b(?:, | and )?)+)/g)
  return [...lists].flatMap(([, list = '']) => list.match(/M?\d+|[A-G]/g) ?? [])
}
