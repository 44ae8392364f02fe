import { rules } from './fixtures/security-rules.js'
import { allTitles, rulesIn } from './test-titles.js'

const BEGIN = '<!-- Made of the titles of the tests by `npm run security:table`. -->'
const END = '<!-- End of the table. -->'

/**
 * The files in which tests name a rule, by rule.
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
 * The table of SECURITY.md: each rule with the tests that name it, and what must be said of it.
 *
 * @param {Map<string, Set<string>>} tested
 * @returns {string}
 */
const table = tested => {
  // Numbers come before names in an object, whatever the order they are written in.
  const rows = Object.entries(rules).map(([rule, [what, note = '']]) => {
    const links = [...(tested.get(rule) ?? [])].map(file => `[${nameOf(file)}](${file})`)
    return `| ${rule} | ${what} | ${links.join(' ')} | ${note} |`
  })
  return ['| rule | what it says | tests | but |', '|---|---|---|---|', ...rows].join('\n')
}

/**
 * A document with the table of now in the place of the one it has.
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
