import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { LoginHints } from '../storage/login-hints.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'

/** A session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** Who is signed in, from the first token to the last. */
export interface Session {
  /** Who is signed in, unless the session is over. */
  identity(): Promise<Identity | undefined>
  /** Whether the session has passed its ceiling (claim `session_expiry`); it has ended then. */
  isOver(): Promise<boolean>
  /** Forgets a client's tokens and hints: this client's, another's, or with `null` everybody's. */
  end(clientId?: string | null): Promise<void>
}

interface SessionParts {
  options: { clientId: string; clock: Clock }
  tokenStore: TokenStore
  identities: IdentityStore
  hints: LoginHints
  /** What else remembers a session; never fails. */
  alsoForget: () => Promise<void>
}

export const createSession = (parts: SessionParts): Session => {
  const { options, tokenStore, identities, hints, alsoForget } = parts
  const nowSeconds = async (): Promise<number> => Math.floor((await options.clock()) / 1000)

  const end: Session['end'] = async (clientId = options.clientId) => {
    hints.clear()
    await tokenStore.clear(clientId)
    await alsoForget()
  }

  /** Ends a session that has reached its ceiling. */
  const current = async (): Promise<Identity | undefined> => {
    const identity = await identities.current()
    const ceiling = identity?.claims.session_expiry
    if (ceiling === undefined) return identity
    if ((await nowSeconds()) < ceiling - CEILING_MARGIN_SECONDS) return identity
    await end()
    return undefined
  }

  return {
    end,
    identity: current,
    isOver: async () => {
      const before = await identities.current()
      return before !== undefined && (await current()) === undefined
    },
  }
}
