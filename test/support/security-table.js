import { conformance } from './fixtures/conformance-rows.js'
import { rules } from './fixtures/security-rules.js'
import { allTitles, conformanceRowsIn, rulesIn } from './test-titles.js'

/** @typedef {Readonly<Record<string, readonly [what: string, note?: string]>>} Rows */

/** @param {string} name */
const beginOf = name =>
  `<!-- Generated from the test titles by \`npm run security:table\`${name}. -->`
const END = '<!-- End of the table. -->'

/**
 * The files whose test titles contain a name, by name.
 *
 * @param {(title: string) => string[]} namesIn
 * @returns {Map<string, Set<string>>}
 */
const filesByName = namesIn => {
  /** @type {Map<string, Set<string>>} */
  const tested = new Map()
  for (const { file, title } of allTitles()) {
    for (const name of namesIn(title)) {
      tested.set(name, (tested.get(name) ?? new Set()).add(file))
    }
  }
  return tested
}

/** The files whose test titles contain a rule, by rule. */
export const testedRules = () => filesByName(rulesIn)

/** The files whose test titles contain a row of the conformance list, by row. */
export const testedConformance = () => filesByName(conformanceRowsIn)

/** @param {string} file */
const nameOf = file => file.replace(/^test\//, '').replace(/\.(test|spec)\.(ts|js)$/, '')

/**
 * A table of SECURITY.md: each rule with its tests and its exception.
 *
 * @param {string} title
 * @param {Rows} rows
 * @param {Map<string, Set<string>>} tested
 * @returns {string}
 */
const table = (title, rows, tested) => {
  // Object.entries lists numeric keys first.
  const lines = Object.entries(rows).map(([rule, [what, note = '']]) => {
    const links = [...(tested.get(rule) ?? [])].map(file => `[${nameOf(file)}](${file})`)
    return `| ${rule} | ${what} | ${links.join(' ')} | ${note} |`
  })
  return [`| ${title} | description | tests | exception |`, '|---|---|---|---|', ...lines].join(
    '\n',
  )
}

/**
 * The document with one table replaced.
 *
 * @param {string} document
 * @param {string} begin
 * @param {string} text
 * @returns {string}
 */
const replaced = (document, begin, text) => {
  const [before = '', rest = ''] = document.split(begin)
  const [, ...after] = rest.split(END)
  return `${before}${begin}\n\n${text}\n\n${END}${after.join(END)}`
}

/**
 * The document with the current tables.
 *
 * @param {string} document
 * @param {Map<string, Set<string>>} tested
 * @returns {string}
 */
export const withTable = (document, tested) =>
  replaced(
    replaced(document, beginOf(''), table('rule', rules, tested)),
    beginOf(', conformance list'),
    table('test', conformance, testedConformance()),
  )
