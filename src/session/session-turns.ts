import type { Cookies } from '../browser/cookies.ts'
import type { TabLock } from '../browser/mutex.ts'
import type { EntryOwners } from '../storage/entry-owners.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import { createSessionLock, type SessionTurn, type Sharing } from '../storage/lock/session-lock.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { EndReason, Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'
import { SessionChangedError } from './session-changed-error.ts'

/** The number of a session: in this page, and for all tabs that share the cache. */
export interface SessionNumber {
  readonly page: number
  readonly shared: number
}

/** A turn with what this client has stored; see `SessionTurn`. */
export interface Turn extends SessionTurn {
  readonly number: SessionNumber
  /** Whether the session still has this number. */
  isCurrent(number: SessionNumber): boolean
}

/** What reads and writes the session of a client while no other tab does. */
export interface SessionTurns {
  /** Runs work while no other tab reads or writes what this client has stored. */
  exclusive<T>(work: (turn: Turn) => Promise<T>): Promise<T>
  /** See `EntryOwners.assign`; to be called before an identity is written. */
  assignEntries(): Promise<void>
  /** Runs the writes of an accepted sign-in. */
  start<T>(turn: Turn, work: () => Promise<T>): Promise<T>
  /**
   * Runs the writes of a sign-in of another user, who replaces the current one.
   *
   * @param successor the refresh token of the next session
   */
  replace(turn: Turn, work: () => Promise<void>, successor: string | undefined): Promise<void>
  /** Whether a user is signed in; takes a turn to find out. */
  isThere(): Promise<boolean>
  /**
   * Clears the session in this tab and the storage it shares; in every tab if the user is blocked.
   *
   * @throws SessionChangedError if it no longer has this number: then nothing is cleared
   */
  endLost(reason: EndReason, number: SessionNumber): Promise<void>
  /** Clears the session of this identity, unless another one has started. */
  endAtCeiling(identity: Identity): Promise<void>
  /** Clears what a client has stored, with `null` all clients, and tells the other tabs. */
  endEverywhere(clientId: string | null): Promise<void>
}

export interface SessionTurnsParts {
  clientId: string
  sharing: Sharing
  platform: { tabLock?: TabLock; cookies?: Cookies }
  session: Pick<Session, 'pageNumber' | 'forget' | 'started' | 'signal'>
  owners: EntryOwners
  identities: Pick<IdentityStore, 'current'>
  sessionCookies: Pick<SessionCookies, 'clear'>
  events: Pick<Events<SessionEvents>, 'emit'>
}

export const createSessionTurns = (parts: SessionTurnsParts): SessionTurns => {
  const { clientId: ownId, sharing, platform } = parts
  const { session, owners, identities, sessionCookies, events } = parts
  const createLock = (clientId: string) =>
    createSessionLock({
      clientId,
      sharing,
      tabLock: platform.tabLock,
      cookies: platform.cookies,
    })
  const lock = createLock(ownId)

  const exclusive: SessionTurns['exclusive'] = work =>
    lock.run(turn => {
      const isCurrent = ({ page, shared }: SessionNumber): boolean =>
        page === session.pageNumber() && shared === turn.session
      const number = { page: session.pageNumber(), shared: turn.session }
      return work({ ...turn, number, isCurrent })
    })

  /** Cookies first: they are removed even if the cache fails. */
  const remove = async (clientId: string | null): Promise<void> => {
    sessionCookies.clear()
    await owners.clear(clientId)
  }

  /** The other tabs are told when they can see the number of the sign-out. */
  const endIn = (turn: SessionTurn, clientId: string | null): Promise<void> =>
    turn.endSession(async () => {
      events.emit('signed-out', { clientId })
      await remove(clientId)
    })

  const isThere = async (): Promise<boolean> => {
    const signal = session.signal()
    const found = await exclusive(
      async turn => !turn.isSignedOut && (await identities.current()) !== undefined,
    )
    // Another tab may have ended the session just then: its entries are removed in the next turn.
    return signal.aborted ? isThere() : found
  }

  return {
    exclusive,
    assignEntries: owners.assign,
    start: (turn, work) => {
      session.started()
      return turn.startSession(work)
    },
    replace: async (turn, work, successor) => {
      session.forget('user-changed', 'here', successor)
      session.started()
      await turn.startSession(async () => {
        await owners.clear(ownId)
        await work()
      })
    },
    isThere,
    endLost: (reason, number) =>
      exclusive(async turn => {
        if (!turn.isCurrent(number)) throw new SessionChangedError()
        session.forget(reason, 'here')
        if (reason === 'blocked') await endIn(turn, ownId)
        else await turn.clearSession(() => remove(ownId))
      }),
    endAtCeiling: identity =>
      exclusive(async turn => {
        // Another session may have started while this one waited.
        const current = await identities.current()
        if (current && current.id_token !== identity.id_token) return
        session.forget('ceiling', 'here')
        await turn.clearSession(() => remove(ownId))
      }),
    endEverywhere: (clientId = ownId) => {
      const itsLock = clientId === null || clientId === ownId ? lock : createLock(clientId)
      return itsLock.run(turn => endIn(turn, clientId))
    },
  }
}
