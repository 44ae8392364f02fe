import { within } from '../deadline.ts'
import { GenericError } from '../errors/core.ts'
import type { Clock } from '../options.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { SessionLock, SessionTurn } from '../storage/lock/session-lock.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { EndReason, Events, Origin, SessionEvents } from './events.ts'

/** The session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** A page that leaves must not wait for code that does not load. */
const MAX_LOAD_MS = 2_000

/**
 * The session has changed since silent work was begun for it, so the work changes nothing. The call
 * looks again at what is there now; its caller sees this error only if no user is signed in.
 */
export class SessionChangedError extends GenericError {
  constructor() {
    super('login_required', 'The session ended while the call was in progress')
  }
}

/** The number of a session: in this page, and for all tabs that share the cache. */
export interface SessionNumber {
  readonly page: number
  readonly shared: number
}

/** A turn with what this client has stored; see `SessionTurn`. */
export interface Turn extends SessionTurn {
  readonly number: SessionNumber
  /** Whether the session is still the one that had this number. */
  isCurrent(number: SessionNumber): boolean
}

/** The session of one client: who is signed in, from the first token to the last. */
export interface Session {
  /** The signed-in user; `undefined` also after the end of the session. */
  identity(): Promise<Identity | undefined>
  /** Synchronous variant; `undefined` if the identity cannot be read at once. */
  peek(): Identity | undefined
  /** Whether the ceiling of the session (claim `session_expiry`) has passed. */
  isAtCeiling(identity: Identity | undefined): Promise<boolean>
  /**
   * Ends the session if its ceiling (claim `session_expiry`) has passed.
   *
   * @returns whether it has ended
   */
  endAtCeiling(identity: Identity | undefined): Promise<boolean>
  /**
   * Signs out in every tab: removes the tokens and cookies of this client, of another one, or with
   * `null` of all clients. Every step is tried.
   *
   * @throws the first error of a cache that could not remove its entries
   */
  end(reason: EndReason, clientId?: string | null): Promise<void>
  /**
   * Clears the session in this tab and the storage it shares; in every tab if the user is blocked.
   *
   * @throws SessionChangedError if it no longer has this number: then nothing is cleared
   */
  endLost(reason: EndReason, number: SessionNumber): Promise<void>
  /** Forgets the session in this page: aborts its silent work, and with `logout` sign-ins too. */
  forget(reason: EndReason, origin: Origin): Promise<void>
  /**
   * The same within a turn in which another user signs in.
   *
   * @param successor the refresh token of the next session
   */
  replace(turn: Turn, work: () => Promise<void>, successor: string | undefined): Promise<void>
  /** Whether a user is signed in, as seen in a turn of its own. */
  isThere(): Promise<boolean>
  /** Runs work while no other tab reads or writes what this client has stored. */
  exclusive<T>(work: (turn: Turn) => Promise<T>): Promise<T>
  /** Runs the writes of an accepted sign-in, in a turn. */
  start<T>(turn: Turn, work: () => Promise<T>): Promise<T>
  /** When a session last started in this page, in milliseconds since the epoch, or 0. */
  startedAtMs(): number
  /** Aborted when the session ends or changes its user. Silent work reads it when it starts. */
  signal(): AbortSignal
  /** For a sign-in: aborted by an explicit sign-out only. */
  signInSignal(): AbortSignal
}

interface SessionParts {
  options: { clientId: string; nowProvider: Clock }
  tokenStore: TokenStore
  identities: IdentityStore
  sessionCookies: SessionCookies
  events: Events<SessionEvents>
  loadLock: (clientId: string) => Promise<SessionLock>
  /** Forgets entries that only this page has. */
  forgetUnwritten: () => void
}

/** For a page that cannot load the lock. */
const unlockedTurn: SessionTurn = {
  session: 0,
  signedOut: 0,
  isSignedOut: false,
  write: work => work(),
  startSession: work => work(),
  clearSession: work => work(),
  endSession: work => work(),
}

const ceilingOf = (identity: Identity | undefined): number | undefined => {
  const ceiling = identity?.claims.session_expiry
  return typeof ceiling === 'number' ? ceiling : undefined
}

export const createSession = (parts: SessionParts): Session => {
  const { options, tokenStore, identities, sessionCookies, events, loadLock } = parts
  const { clientId: ownId, nowProvider } = options
  let silent = new AbortController()
  let signIns = new AbortController()
  let page = 0
  let startedAtMs = 0

  const forget = (reason: EndReason, origin: Origin, successor?: string): Promise<void> => {
    page += 1
    const error = new SessionChangedError()
    silent.abort(error)
    silent = new AbortController()
    if (reason === 'logout') {
      signIns.abort(error)
      signIns = new AbortController()
    }
    identities.forget()
    parts.forgetUnwritten()
    return events.emit('ended', { reason, origin, successor })
  }

  const takeTurn = async <T>(
    clientId: string,
    work: (turn: SessionTurn) => Promise<T>,
  ): Promise<T> => {
    const loading = within(MAX_LOAD_MS, loadLock(clientId), () => undefined)
    const lock = await loading.catch(() => undefined)
    return lock ? lock.run(work) : work(unlockedTurn)
  }

  const exclusive: Session['exclusive'] = work =>
    takeTurn(ownId, turn =>
      work({
        ...turn,
        number: { page, shared: turn.session },
        isCurrent: number => number.page === page && number.shared === turn.session,
      }),
    )

  /** Cookies first: they are removed even if the cache fails. */
  const remove = async (clientId: string | null): Promise<void> => {
    sessionCookies.clear()
    await tokenStore.clear(clientId)
  }

  /** The other tabs are told when they can see the number of the sign-out. */
  const endEverywhere = (turn: SessionTurn, clientId: string | null): Promise<void> =>
    turn.endSession(async () => {
      events.emit('signed-out', { clientId })
      await remove(clientId)
    })

  const replace: Session['replace'] = async (turn, work, successor) => {
    forget('user-changed', 'here', successor)
    startedAtMs = Date.now()
    await turn.startSession(async () => {
      await tokenStore.clear(ownId)
      await work()
    })
  }

  const isAtCeiling = async (identity: Identity | undefined): Promise<boolean> => {
    const ceiling = ceilingOf(identity)
    if (ceiling === undefined) return false
    const nowSeconds = Math.floor((await nowProvider()) / 1000)
    return nowSeconds >= ceiling - CEILING_MARGIN_SECONDS
  }

  const endAtCeiling = async (identity: Identity | undefined): Promise<boolean> => {
    if (!(await isAtCeiling(identity))) return false
    await exclusive(async turn => {
      // Another session may have started while this one waited.
      const current = await identities.current()
      if (current && current.id_token !== identity?.id_token) return
      forget('ceiling', 'here')
      await turn.clearSession(() => remove(ownId))
    })
    return true
  }

  const isThere = async (): Promise<boolean> => {
    const { signal } = silent
    const found = await exclusive(
      async turn => !turn.isSignedOut && (await identities.current()) !== undefined,
    )
    // Another tab may have ended the session just then: its entries are removed in the next turn.
    return signal.aborted ? isThere() : found
  }

  return {
    identity: async () => {
      const identity = await identities.current()
      return (await endAtCeiling(identity)) ? undefined : identity
    },
    peek: () => {
      const identity = identities.peek()
      return ceilingOf(identity) === undefined ? identity : undefined
    },
    isAtCeiling,
    endAtCeiling,
    end: async (reason, clientId = ownId) => {
      const isOwn = clientId === null || clientId === ownId
      const forgotten = isOwn && forget(reason, 'here')
      sessionCookies.clear()
      try {
        await takeTurn(clientId ?? ownId, turn => endEverywhere(turn, clientId))
      } finally {
        await forgotten
      }
    },
    endLost: (reason, number) =>
      exclusive(async turn => {
        if (!turn.isCurrent(number)) throw new SessionChangedError()
        forget(reason, 'here')
        if (reason === 'blocked') await endEverywhere(turn, ownId)
        else await turn.clearSession(() => remove(ownId))
      }),
    forget,
    replace,
    isThere,
    exclusive,
    start: (turn, work) => {
      page += 1
      startedAtMs = Date.now()
      return turn.startSession(work)
    },
    startedAtMs: () => startedAtMs,
    signal: () => silent.signal,
    signInSignal: () => signIns.signal,
  }
}
