import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './support/install-browser.js'

/**
 * `npm test`: all steps, those that find errors fastest first. A failed step does not stop the
 * others; the last line counts the tests of all.
 */
const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))

/**
 * A step counts as one check, or as the tests of its report.
 *
 * @typedef {{ title: string, command: string, report?: (json: any) => [passed: number, failed: number] }} Step
 */

/** @type {Step[]} */
const STEPS = [
  { title: 'format and lint', command: 'biome check' },
  { title: 'types', command: 'npm run --silent typecheck' },
  { title: 'build', command: 'rollup -c --silent' },
  { title: 'package', command: 'publint --strict' },
  {
    title: 'unit, fuzz, tenant, type, document and package tests',
    command:
      'vitest run --config=test/vitest.config.ts --reporter=default --reporter=json --outputFile.json=$REPORT',
    report: json => [json.numPassedTests, json.numFailedTests],
  },
  {
    title: 'browser tests',
    command: 'playwright test --config=test/browser/playwright.config.ts --reporter=list,json',
    report: ({ stats }) => [stats.expected, stats.unexpected + stats.flaky],
  },
]

/**
 * Runs a step. A failed command counts as at least one failure, and so does a report without tests.
 *
 * @param {Step} step
 * @returns {[passed: number, failed: number]}
 */
const run = ({ title, command, report }) => {
  console.log(`\n== ${title}`)
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
  `npm test runs ${STEPS.map(({ title }) => title).join(' · ')}: about 8 minutes on 2 cores.`,
)
try {
  console.log(`Browser: ${ensureBrowser()}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
}
const results = STEPS.map(run)
rmSync(folder, { recursive: true, force: true })

const passed = results.reduce((sum, counts) => sum + counts[0], 0)
const failed = results.reduce((sum, counts) => sum + counts[1], 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
