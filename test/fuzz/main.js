import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

/**
 * `npm run fuzz`: the fuzz tests with a hundred times their cases, and new ones each time. A failure
 * is drawn again by its seed:
 *
 *     npm run fuzz -- --seed 123456 [--factor 100] [a word of the file's name]
 *
 * With the path that a failure prints only its own case is drawn: `--path 17:0:1 model`.
 */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    factor: { type: 'string', default: '100' },
    path: { type: 'string' },
  },
  allowPositionals: true,
})
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31))
const again = ['npm run fuzz --', '--seed', seed, '--factor', values.factor, ...positionals].join(
  ' ',
)
console.log(`These cases again: ${again}`)
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--config=test/vitest.config.ts', '--project=fuzz', ...positionals],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      FUZZ_SEED: seed,
      FUZZ_FACTOR: values.factor,
      ...(values.path && { FUZZ_PATH: values.path }),
    },
    shell: process.platform === 'win32',
  },
)
if (status !== 0) console.error(`\nThese cases again: ${again}`)
process.exitCode = status ?? 1
