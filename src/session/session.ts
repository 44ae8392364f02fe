import { GenericError } from '../errors/core.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { LoginHints } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { Clock } from '../types/platform.ts'
import type { SessionNews } from '../types/session-news.ts'

/** A session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** Who is signed in, from the first token to the last. */
export interface Session {
  /** Who is signed in, unless the session is over. */
  identity(): Promise<Identity | undefined>
  /** Who is signed in, where that can be said at once. */
  peek(): Identity | undefined
  /** Whether the session has passed its ceiling (claim `session_expiry`); it has ended then. */
  isOver(): Promise<boolean>
  /**
   * Signs out in every tab: forgets a client's tokens and hints, this client's, another's, or with
   * `null` everybody's.
   */
  end(clientId?: string | null): Promise<void>
  /**
   * The session has run out for this tab, which forgets it. Others may still have tokens in their
   * own memory: that a frame found no session says nothing about those.
   */
  lapse(): Promise<void>
  /**
   * Aborted when the session ends that is there now, or the wait for one. Whatever works for the
   * session takes this signal first and stops with it: late answers are not taken in.
   */
  signal(): AbortSignal
  /** Stops all that is under way for the session; what begins from now on is for the next. */
  interrupt(): void
}

interface SessionParts {
  options: { clientId: string; clock: Clock }
  tokenStore: TokenStore
  identities: IdentityStore
  hints: LoginHints
  /** Lets go of tokens that are held to be handed out again. */
  onInterrupt: () => void
  /** What else remembers a session; never fails. */
  alsoForget: () => Promise<void>
  /** Tells the other tabs. */
  tell: (news: SessionNews) => void
}

export const createSession = (parts: SessionParts): Session => {
  const { options, tokenStore, identities, hints, alsoForget, tell, onInterrupt } = parts
  let era = new AbortController()

  const interrupt = (): void => {
    era.abort(new GenericError('login_required', 'The session has ended meanwhile'))
    era = new AbortController()
    onInterrupt()
  }

  const forget = async (clientId: string | null): Promise<void> => {
    const isOurs = clientId === null || clientId === options.clientId
    if (isOurs) interrupt()
    hints.clear()
    await tokenStore.clear(clientId)
    if (!isOurs) return
    identities.forget()
    await alsoForget()
  }

  const lapse = (): Promise<void> => forget(options.clientId)

  const ceilingOf = (identity: Identity | undefined): number | undefined => {
    const ceiling = identity?.claims.session_expiry
    return typeof ceiling === 'number' ? ceiling : undefined
  }

  /** Ends a session that has reached its ceiling. */
  const current = async (): Promise<Identity | undefined> => {
    const identity = await identities.current()
    const ceiling = ceilingOf(identity)
    if (ceiling === undefined) return identity
    if (Math.floor((await options.clock()) / 1000) < ceiling - CEILING_MARGIN_SECONDS) {
      return identity
    }
    await lapse()
    return undefined
  }

  return {
    end: (clientId = options.clientId) => {
      tell({ type: 'ended', client_id: clientId, at: Date.now() })
      return forget(clientId)
    },
    lapse,
    interrupt,
    signal: () => era.signal,
    identity: current,
    peek: () => {
      const identity = identities.peek()
      return ceilingOf(identity) === undefined ? identity : undefined
    },
    isOver: async () => {
      const before = await identities.current()
      return before !== undefined && (await current()) === undefined
    },
  }
}
