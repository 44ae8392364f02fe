import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './support/install-browser.js'

/**
 * `npm test`: everything, in the order in which failures are cheapest to find. All steps run, so
 * that one run tells all that is wrong; the last line counts.
 */
const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
const vitestReport = join(folder, 'vitest.json')
const playwrightReport = join(folder, 'playwright.json')

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @param {string} title
 * @param {string[]} command
 * @param {Record<string, string>} [env]
 */
const run = (title, command, env = {}) => {
  console.log(`\n== ${title}`)
  const [program = '', ...args] = command
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  return status === 0
}

/**
 * A check that counts as one.
 *
 * @param {string} title
 * @param {string[]} command
 * @returns {Counts}
 */
const check = (title, command) =>
  run(title, command) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }

/**
 * The counts of a report; a run that failed counts as at least one failure, whatever the report
 * says, and so does one that ran nothing.
 *
 * @param {boolean} succeeded
 * @param {string} file
 * @param {(report: any) => Counts} read
 * @returns {Counts}
 */
const counted = (succeeded, file, read) => {
  try {
    const { passed, failed } = read(JSON.parse(readFileSync(file, 'utf8')))
    const isSound = succeeded && passed > 0
    return { passed, failed: isSound ? failed : Math.max(failed, 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

const vitest = () =>
  counted(
    run('unit, example, tenant, types and build tests', [
      'npx',
      'vitest',
      'run',
      '--config=test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${vitestReport}`,
    ]),
    vitestReport,
    ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  )

const playwright = () => {
  try {
    console.log(`\nBrowser: ${ensureBrowser()}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { passed: 0, failed: 1 }
  }
  return counted(
    run(
      'browser tests',
      [
        'npx',
        'playwright',
        'test',
        '--config=test/browser/playwright.config.ts',
        '--reporter=list,json',
      ],
      { PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport },
    ),
    playwrightReport,
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  )
}

const results = [
  check('format and lint', ['npx', 'biome', 'check']),
  check('types', ['npm', 'run', '--silent', 'typecheck']),
  check('build', ['npm', 'run', '--silent', 'build', '--', '--silent']),
  check('package', ['npx', 'publint', '--strict']),
  vitest(),
  playwright(),
]
rmSync(folder, { recursive: true, force: true })

const total = (/** @type {'passed' | 'failed'} */ name) =>
  results.reduce((sum, counts) => sum + counts[name], 0)
console.log(`\n${total('passed')} passed, ${total('failed')} failed`)
process.exitCode = total('failed') === 0 ? 0 : 1
