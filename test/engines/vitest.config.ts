import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { OTHER_ENGINES } from '../support/other-engines.js'

declare module 'vitest' {
  interface ProvidedContext {
    engine: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The same tests in each engine beside Chromium, one after the other in one process: `npx vitest run
 * --config test/engines/vitest.config.ts --project firefox`.
 */
export default defineConfig({
  root,
  test: {
    maxWorkers: 1,
    projects: OTHER_ENGINES.map(({ project }) => ({
      root,
      test: {
        name: project,
        provide: { engine: project },
        include: ['test/engines/*.test.ts'],
        environment: 'node',
        isolate: false,
        testTimeout: 120_000,
        hookTimeout: 120_000,
      },
    })),
  },
})
