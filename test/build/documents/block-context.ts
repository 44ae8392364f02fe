import type { Auth0Client } from 'latchkey'

/**
 * Names that code in the documents may use without declaring them, besides the exports of the
 * package.
 */
export interface BlockContext {
  /** The client of the page. */
  auth0: Auth0Client
  /** The tenant's domain. */
  domain: string
  /** The application's id there. */
  clientId: string
  /** The button that the user clicks. */
  button: HTMLButtonElement
  /** Shows an error to the user. */
  showError: (error: unknown) => void
}
