import fc from 'fast-check'
import type { TestTenant } from '../../../src/testing/index.ts'
import { openTenant } from './open-tenant.ts'
import { openPage, type Page } from './page.ts'
import { FACTOR, SEED } from './settings.ts'

/** The page and the tenant of one case. */
export interface Surroundings {
  page: Page
  tenant: TestTenant
}

/**
 * Holds a statement about so many inputs, each in a page of its own, in which nothing is left over
 * at the end. A failure names the seed that draws the same inputs again.
 */
export const fuzz = async <T>(
  runs: number,
  inputs: fc.Arbitrary<T>,
  statement: (input: T, surroundings: Surroundings) => Promise<void>,
): Promise<void> => {
  const property = fc.asyncProperty(inputs, async input => {
    const page = openPage()
    try {
      await statement(input, { page, tenant: openTenant() })
      await page.expectNothingLeft()
    } finally {
      page.close()
    }
  })
  await fc.assert(property, { numRuns: runs * FACTOR, seed: SEED })
}
