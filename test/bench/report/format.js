import { ratio, summarize } from '../statistics.js'

/** @typedef {import('./table.js').Table} Table */
/** @typedef {import('./table.js').TimingTable} TimingTable */
/** @typedef {import('./table.js').CountTable} CountTable */
/** @typedef {import('./table.js').TimingRow} TimingRow */

const OURS = 'latchkey'

/** @param {number} value three digits are all that a measurement is good for */
const digits = value => {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(places, Math.abs(value) < 0.01 ? 5 : 3))
}

/**
 * @param {TimingTable} table
 * @param {readonly number[]} samples
 */
const valueCell = ({ isExact }, samples) => {
  const { median, low, high } = summarize(samples)
  return isExact ? String(median) : `${digits(median)} (${digits(low)}–${digits(high)})`
}

/**
 * @param {TimingTable} table
 * @param {TimingRow} row
 * @param {string} other
 */
const ratioCell = ({ isExact, dividesMedians }, { samples }, other) => {
  const [ours, others] = [samples[OURS], samples[other]]
  if (!ours || !others) return ''
  if (isExact || dividesMedians) {
    const [above, below] = [summarize(ours), summarize(others)]
    // What may as well be nothing cannot be divided by, and says nothing when it is divided.
    if (Math.min(above.low, below.low) <= 0) return '–'
    return `**${digits(above.median / below.median)}×**`
  }
  const { median, low, high } = ratio(ours, others)
  return `**${digits(median)}×** (${digits(low)}–${digits(high)})`
}

/** @param {TimingTable} table */
const timingLines = table => {
  const { unit, against, rows } = table
  const present = against.filter(name => rows.some(({ samples }) => samples[name]))
  const contenders = [OURS, ...present]
  const head = [
    '',
    ...present.map(name => `Latchkey ÷ ${name}`),
    ...contenders.map(name => `${name === OURS ? 'Latchkey' : name}, ${unit}`),
  ]
  const body = rows.map(row => {
    if (row.failure) return [row.title, `could not be measured: ${row.failure}`]
    return [
      row.title,
      ...present.map(name => ratioCell(table, row, name)),
      ...contenders.map(name => (row.samples[name] ? valueCell(table, row.samples[name]) : '')),
    ]
  })
  return [head, ...body]
}

/** @param {CountTable} table */
const countLines = ({ columns, rows }) => [
  ['', ...columns],
  ...rows.map(({ title, cells, failure }) =>
    failure
      ? [title, `could not be measured: ${failure}`]
      : [title, ...columns.map(column => String(cells[column] ?? ''))],
  ),
]

/** @param {string[][]} lines the first is the head */
const aligned = lines => {
  const width = lines[0]?.length ?? 0
  const widths = Array.from({ length: width }, (_, column) =>
    Math.max(3, ...lines.map(line => line[column]?.length ?? 0)),
  )
  const row = (/** @type {string[]} */ line) =>
    `| ${widths.map((wide, column) => (line[column] ?? '').padEnd(wide)).join(' | ')} |`
  const [head = [], ...body] = lines
  const rule = `|${widths.map(wide => '-'.repeat(wide + 2)).join('|')}|`
  return [row(head), rule, ...body.map(row)].join('\n')
}

/**
 * A table as Markdown, which reads well on a console too.
 *
 * @param {Table} table
 */
export const formatTable = table => {
  const lines = table.kind === 'timing' ? timingLines(table) : countLines(table)
  return `## ${table.title}\n\n${table.note}\n\n${aligned(lines)}\n`
}
