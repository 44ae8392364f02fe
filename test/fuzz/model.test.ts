import fc from 'fast-check'
import { describe, it } from 'vitest'
import { ModelRun, operation, settings } from './support/model-run.ts'
import { FACTOR, PATH, SEED } from './support/settings.ts'

const RUNS = 200

/**
 * Sequences of what users, tenants and browsers do with two tabs, against a model of the session. The
 * failure that is printed has a seed and a path, which draw the same sequence again: see `main.js`.
 */
describe.each(['localstorage', 'memory', 'custom'] as const)(
  'two tabs, sessions in %s',
  storage => {
    it('only the user and the tenant change or end a session', async () => {
      const sequences = fc.array(operation, { minLength: 1, maxLength: 25, size: 'max' })
      const property = fc.asyncProperty(settings, sequences, async (given, operations) => {
        const run = new ModelRun(storage, given)
        try {
          for (const each of operations) await run.perform(each)
          await run.finish()
        } finally {
          run.close()
        }
      })
      await fc.assert(property, { numRuns: RUNS * FACTOR, seed: SEED, ...(PATH && { path: PATH }) })
    })
  },
)
