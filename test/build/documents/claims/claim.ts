import type { BlockContext } from '../block-context.ts'
import type { Page } from '../page.ts'

/** What an example declares; `auth0` is the client at hand where it makes none itself. */
export type Made = { auth0: BlockContext['auth0'] } & Record<string, unknown>

/** What an example of the documents says, as something that can be seen to hold. */
export interface Claim {
  /**
   * Gets the page ready. Without it somebody is signed in; with it, who that is, is its own
   * affair.
   *
   * @returns the client at hand, where it is to be another than one of the page that nobody has
   *   signed in with
   */
  before?: (page: Page) => Promise<BlockContext['auth0'] | undefined>
  /** What must hold after the example has run. `again` runs it once more, as after a reload. */
  after: (page: Page, made: Made, again: () => Promise<Made>) => Promise<void>
}

/** Nobody is signed in. */
export const nobody = async (): Promise<undefined> => undefined
