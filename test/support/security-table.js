import { rules } from './fixtures/security-rules.js'
import { allTitles, rulesIn } from './test-titles.js'

const BEGIN = '<!-- Generated from the test titles by `npm run security:table`. -->'
const END = '<!-- End of the table. -->'

/**
 * The files whose test titles contain a rule, by rule.
 *
 * @returns {Map<string, Set<string>>}
 */
export const testedRules = () => {
  /** @type {Map<string, Set<string>>} */
  const tested = new Map()
  for (const { file, title } of allTitles()) {
    for (const rule of rulesIn(title)) {
      tested.set(rule, (tested.get(rule) ?? new Set()).add(file))
    }
  }
  return tested
}

/** @param {string} file */
const nameOf = file => file.replace(/^test\//, '').replace(/\.(test|spec)\.(ts|js)$/, '')

/**
 * The table of SECURITY.md: each rule with its tests and its exception.
 *
 * @param {Map<string, Set<string>>} tested
 * @returns {string}
 */
const table = tested => {
  // Object.entries lists numeric keys first.
  const rows = Object.entries(rules).map(([rule, [what, note = '']]) => {
    const links = [...(tested.get(rule) ?? [])].map(file => `[${nameOf(file)}](${file})`)
    return `| ${rule} | ${what} | ${links.join(' ')} | ${note} |`
  })
  return ['| rule | description | tests | exception |', '|---|---|---|---|', ...rows].join('\n')
}

/**
 * The document with the current table.
 *
 * @param {string} document
 * @param {Map<string, Set<string>>} tested
 * @returns {string}
 */
export const withTable = (document, tested) => {
  const [before = '', rest = ''] = document.split(BEGIN)
  const [, after = ''] = rest.split(END)
  return `${before}${BEGIN}\n\n${table(tested)}\n\n${END}${after}`
}
