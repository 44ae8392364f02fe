import { within } from '../../deadline.ts'
import type { Lazy } from '../../lazy.ts'
import type { Dpop } from './dpop.ts'

/** A page that leaves must not wait for code or a database that does not answer. */
const MAX_CLEAR_MS = 2_000

/**
 * DPoP of a client that uses it.
 *
 * @throws Error if the option is not set; synchronously, as in auth0-spa-js
 */
export const requireDpop = (loadDpop: Lazy<Dpop> | undefined): Promise<Dpop> => {
  if (!loadDpop) throw new Error('The option `useDpop` must be enabled.')
  return loadDpop()
}

/**
 * Removes the key and the nonces of a client whose session has ended. Never rejects.
 *
 * @param isLogout otherwise the session was lost, and the key of a login under way stays
 */
export const clearDpop = async (
  loadDpop: Lazy<Dpop> | undefined,
  isLogout: boolean,
): Promise<void> => {
  const clear = async (): Promise<void> => (await loadDpop?.())?.clear(isLogout)
  await within(MAX_CLEAR_MS, clear(), () => {}).catch(() => {})
}
