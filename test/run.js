import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser, installEngines } from './support/install-browser.js'
import { OTHER_ENGINES } from './support/other-engines.js'

/**
 * `npm test`: all steps, those that find errors fastest first. A failed step does not stop the
 * others; the last line counts the tests of all.
 */
const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
const isCi = process.env.CI === 'true'

/**
 * A step counts as one check, or as the tests of its report.
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {string} command
 * @property {(json: any) => [passed: number, failed: number]} [report]
 * @property {() => unknown} [findProgram] a step whose program is missing counts as one failure
 */

/**
 * @param {string} title
 * @param {string} options
 * @returns {Step}
 */
const vitest = (title, options) => ({
  title,
  command: `vitest run ${options} --reporter=default --reporter=json --outputFile.json=$REPORT`,
  report: json => [json.numPassedTests, json.numFailedTests],
})

/** @type {Step[]} */
const STEPS = [
  { title: 'format and lint', command: 'biome check' },
  { title: 'types', command: 'npm run --silent typecheck' },
  { title: 'build', command: 'rollup -c --silent' },
  { title: 'package', command: 'publint --strict' },
  vitest('unit, fuzz, tenant, type, document and package tests', '--config=test/vitest.config.ts'),
  {
    title: 'browser tests in Chromium',
    command: 'playwright test --config=test/browser/playwright.config.ts --reporter=list,json',
    report: ({ stats }) => [stats.expected, stats.unexpected + stats.flaky],
  },
  // Elsewhere than in CI, an engine that is not installed is left out.
  ...OTHER_ENGINES.filter(({ find }) => isCi || find()).map(({ project, title, find }) => ({
    ...vitest(`core in ${title}`, `--config=test/engines/vitest.config.ts --project ${project}`),
    findProgram: find,
  })),
]

/**
 * Runs a step. A failed command counts as at least one failure, and so does a report without tests.
 *
 * @param {Step} step
 * @returns {[passed: number, failed: number]}
 */
const run = ({ title, command, report, findProgram }) => {
  console.log(`\n== ${title}`)
  if (findProgram && !findProgram()) {
    console.error('The engine is not installed.')
    return [0, 1]
  }
  const file = join(folder, 'report.json')
  rmSync(file, { force: true })
  const line = command.replace('$REPORT', file)
  const { status } = spawnSync(line.startsWith('npm ') ? line : `npx ${line}`, {
    stdio: 'inherit',
    shell: true,
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  })
  const succeeded = status === 0
  if (!report) return succeeded ? [1, 0] : [0, 1]
  try {
    const [passed, failed] = report(JSON.parse(readFileSync(file, 'utf8')))
    return [passed, succeeded && passed > 0 ? failed : Math.max(failed, 1)]
  } catch {
    return [0, 1]
  }
}

console.log(
  `npm test runs ${STEPS.map(({ title }) => title).join(' · ')}: about 18 minutes on 2 cores.`,
)
try {
  console.log(`Browser: ${ensureBrowser()}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
}
if (isCi) installEngines(OTHER_ENGINES)
const missing = OTHER_ENGINES.filter(({ find }) => !find())
if (missing.length) {
  const titles = missing.map(({ title }) => title).join(' and ')
  const packages = missing.flatMap(engine => engine.packages).join(' ')
  console.log(`Not installed, so not tested: ${titles} (Debian: apt-get install ${packages}).`)
}
const results = STEPS.map(run)
rmSync(folder, { recursive: true, force: true })

const passed = results.reduce((sum, counts) => sum + counts[0], 0)
const failed = results.reduce((sum, counts) => sum + counts[1], 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
