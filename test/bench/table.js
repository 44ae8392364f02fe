import { summarize } from './statistics.js'

/**
 * @typedef {object} Row a line of the table
 * @property {string} title
 * @property {string} unit
 * @property {Record<string, readonly number[]>} [samples] of each contender
 * @property {Record<string, string>} [texts] instead of samples
 *
 * @typedef {object} Measurement what gives one or more rows
 * @property {string} title
 * @property {() => Promise<Row[]>} measure
 *
 * @typedef {object} Group
 * @property {string} title
 * @property {string} note
 * @property {(bench: import('./bench.js').Bench) => Measurement[]} measurements
 */

const OURS = 'latchkey'
const COLUMNS = ['auth0-spa-js', 'oidc-client-ts', 'keycloak-js']

/** What is not an SDK: what the least code takes, or Latchkey with another option. */
const BASELINES = ['floor', 'plain requests', 'latchkey without signatures']

export const HEAD = ['', 'unit', 'Latchkey', ...COLUMNS, 'for comparison']

/** @param {number} value with three digits */
const digits = value => {
  if (!Number.isFinite(value)) return '–'
  if (value === 0 || Number.isInteger(value)) return String(value)
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(places, 5))
}

/** @param {readonly number[]} samples */
const figure = samples => {
  const { median, low, high } = summarize(samples)
  return low === high ? digits(median) : `${digits(median)} (${digits(low)}–${digits(high)})`
}

/**
 * @param {readonly number[] | undefined} ours
 * @param {readonly number[]} others
 */
const ratio = (ours, others) => {
  if (!ours) return ''
  const [above, below] = [summarize(ours), summarize(others)]
  // A difference that may be zero is no divisor.
  if (Math.min(above.low, below.low) <= 0) return ''
  return `, **${digits(above.median / below.median)}×**`
}

/**
 * @param {Row} row
 * @returns {string[]} the cells
 */
export const cellsOf = ({ title, unit, samples = {}, texts = {} }) => {
  for (const [name, taken] of Object.entries(samples)) {
    if (taken.length === 0 || !taken.every(Number.isFinite)) throw new Error(`none of ${name}`)
  }
  const cell = (/** @type {string} */ name) => {
    const taken = samples[name]
    if (!taken) return texts[name] ?? ''
    return figure(taken) + (name === OURS ? '' : ratio(samples[OURS], taken))
  }
  const others = BASELINES.filter(name => samples[name]).map(name => `${name} ${cell(name)}`)
  return [title, unit, cell(OURS), ...COLUMNS.map(cell), others.join('; ')]
}

/**
 * A table as Markdown, which reads well on a console too.
 *
 * @param {readonly string[][]} lines
 */
export const formatTable = lines => {
  const widths = HEAD.map((_, column) =>
    Math.max(3, ...lines.map(line => line[column]?.length ?? 0)),
  )
  const row = (/** @type {string[]} */ line) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`
  const [head = [], ...body] = lines
  const rule = `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`
  return [row(head), rule, ...body.map(row)].join('\n')
}
