import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBench } from './bench.js'
import { measureCachedCalls } from './groups/cached-calls.js'
import { measureCrowd } from './groups/crowd.js'
import { measureEvaluation } from './groups/evaluation.js'
import { measureRenewal } from './groups/renewal.js'
import { measureRequests } from './groups/requests.js'
import { measureSize } from './groups/size.js'
import { measureStart } from './groups/start.js'
import { formatTable } from './report/format.js'
import { introduction } from './report/introduction.js'

/** @typedef {import('./report/table.js').Table} Table */

/** @type {Record<string, (bench: import('./bench.js').Bench) => Promise<Table[]>>} */
const GROUPS = {
  size: measureSize,
  evaluation: measureEvaluation,
  start: measureStart,
  cache: measureCachedCalls,
  crowd: measureCrowd,
  renewal: measureRenewal,
  requests: measureRequests,
}

const USAGE = `Latchkey beside its peers, in Chromium.

  npm run bench -- [--quick] [WORD...]

A word picks the groups of rows whose name it is part of: ${Object.keys(GROUPS).join(', ')}.
A full run of all groups that misses nothing writes test/bench/RESULTS.md. Ends with 1 if a row could not be measured;
no figure is good or bad enough to make it fail.
`

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/**
 * @param {string} name
 * @param {import('./bench.js').Bench} bench
 * @returns {Promise<Table[]>}
 */
const measure = async (name, bench) => {
  const start = performance.now()
  const tables = (await GROUPS[name]?.(bench)) ?? []
  for (const table of tables) console.log(formatTable(table))
  console.log(`(${name}: ${Math.round((performance.now() - start) / 1000)} s)\n`)
  return tables
}

/** @param {readonly Table[]} tables */
const failuresIn = tables =>
  tables.flatMap(({ rows }) =>
    rows.flatMap(({ title, failure }) => (failure ? `${title}: ${failure}` : [])),
  )

const run = async () => {
  const names = Object.keys(GROUPS).filter(
    name => words.length === 0 || words.some(word => name.includes(word)),
  )
  if (names.length === 0) throw new TypeError(USAGE)
  const bench = await openBench({ isQuick: values.quick })
  /** @type {Table[]} */
  const tables = []
  /** @type {string[]} */
  const failures = []
  try {
    for (const name of names) {
      try {
        tables.push(...(await measure(name, bench)))
      } catch (error) {
        failures.push(`${name}: ${error}`)
      }
    }
    failures.push(...failuresIn(tables))
    const isComplete = !values.quick && names.length === Object.keys(GROUPS).length
    if (isComplete && failures.length === 0) {
      const text = [introduction(bench), ...tables.map(formatTable)].join('\n')
      writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text)
    }
  } finally {
    await bench.close()
  }
  for (const failure of failures) console.error(`Not measured: ${failure}`)
  process.exitCode = failures.length > 0 ? 1 : 0
}

if (values.help) console.log(USAGE)
else await run()
