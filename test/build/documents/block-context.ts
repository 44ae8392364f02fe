import type { Auth0Client } from 'latchkey'

/**
 * What code in the documents may use without declaring it, beside what the package exports: the
 * reader has it, or it stands in an earlier example.
 */
export interface BlockContext {
  /** The client of the page. */
  auth0: Auth0Client
  /** The tenant's domain. */
  domain: string
  /** The application's id there. */
  clientId: string
  /** What the user clicks on. */
  button: HTMLButtonElement
  /** Tells the user that something went wrong. */
  showError: (error: unknown) => void
}
