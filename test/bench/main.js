import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBench } from './bench.js'
import { cache } from './groups/cache.js'
import { evaluation, size } from './groups/code.js'
import { concurrency } from './groups/concurrency.js'
import { dpop } from './groups/dpop.js'
import { flows } from './groups/flows.js'
import { requests } from './groups/requests.js'
import { start } from './groups/start.js'
import { introduction } from './introduction.js'
import { cellsOf, formatTable, HEAD } from './table.js'

/** @type {Record<string, import('./table.js').Group>} */
const GROUPS = { size, evaluation, start, cache, concurrency, flows, requests, dpop }

const USAGE = `Measures Latchkey beside other SDKs, in Chromium, and prints one table.

  npm run bench                                 all rows, about 15 minutes; writes test/bench/RESULTS.md
  npm run bench -- --only start                 the rows of one group, or whose title has that text
  npm run bench -- --only start --only renewal  several of them
  npm run bench -- --samples 0.2                a fifth of the samples

Groups: ${Object.keys(GROUPS).join(', ')}.
\`npm run bench\` builds first. \`node test/bench/main.js\` takes the same options and measures the
build that is there. Only a run of all rows with at least all samples, without failures, writes RESULTS.md.
The exit code is 1 if a row could not be measured; no figure makes it fail.
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    samples: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const words = values.only

/**
 * @param {string} name of a group
 * @param {import('./table.js').Measurement} measurement
 */
const isWanted = (name, { title }) =>
  words.length === 0 || words.some(word => (word in GROUPS ? name === word : title.includes(word)))

/**
 * @param {import('./table.js').Measurement} measurement
 * @param {string[]} failures
 * @returns {Promise<string[][]>} lines of the table
 */
const take = async ({ title, measure }, failures) => {
  const startMs = performance.now()
  try {
    const lines = (await measure()).map(cellsOf)
    const seconds = Math.round((performance.now() - startMs) / 1000)
    for (const line of lines) console.error(line.filter(Boolean).join(' | '))
    console.error(`(${seconds} s)`)
    return lines
  } catch (error) {
    // The first line: Playwright adds the whole log of the browser.
    failures.push(`${title}: ${String(error).split('\n')[0]}`)
    return [[title, '', 'could not be measured']]
  }
}

const run = async () => {
  const share = Number(values.samples)
  if (!(share > 0)) throw new TypeError(USAGE)
  const bench = await openBench({ share })
  const lines = [HEAD]
  /** @type {string[]} */
  const notes = []
  /** @type {string[]} */
  const failures = []
  try {
    for (const [name, group] of Object.entries(GROUPS)) {
      const wanted = group.measurements(bench).filter(each => isWanted(name, each))
      if (wanted.length === 0) continue
      lines.push([`**${group.title}**`])
      notes.push(`- **${group.title}.** ${group.note}`)
      for (const measurement of wanted) lines.push(...(await take(measurement, failures)))
    }
    if (lines.length === 1) throw new TypeError(USAGE)
    const table = formatTable(lines)
    console.log(`\n${table}`)
    if (words.length === 0 && share >= 1 && failures.length === 0) {
      const text = `${introduction(bench)}\n${table}\n\n## The groups\n\n${notes.join('\n')}\n`
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
