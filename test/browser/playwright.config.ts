import { defineConfig } from '@playwright/test'
import { headlessOptions } from '../support/chromium.js'

/** Chromium against the tenant. `test/run.js` makes sure beforehand that there is a browser. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    launchOptions: headlessOptions(),
  },
})
