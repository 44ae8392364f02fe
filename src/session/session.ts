import { within } from '../deadline.ts'
import type { Clock } from '../options.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { EndReason, Events, Origin, SessionEvents } from './events.ts'
import { SessionChangedError } from './session-changed-error.ts'

/** The session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** A page that leaves must not wait for code that does not load. */
const MAX_LOAD_MS = 2_000

/** The session of one client, as a page knows it: who is signed in, and what belongs to it. */
export interface Session {
  /** The signed-in user; `undefined` also after the end of the session. */
  identity(): Promise<Identity | undefined>
  /** Synchronous variant; `undefined` if the identity cannot be read at once. */
  peek(): Identity | undefined
  /** Whether the ceiling of the session (claim `session_expiry`) has passed. */
  isAtCeiling(identity: Identity | undefined): Promise<boolean>
  /**
   * Ends the session if its ceiling has passed.
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
   * Forgets the session in this page: aborts its silent work, and with `logout` sign-ins too.
   *
   * @param successor the refresh token of the next session
   */
  forget(reason: EndReason, origin: Origin, successor?: string): Promise<void>
  /** Goes up with each session that starts or ends in this page. */
  pageNumber(): number
  /** A sign-in was accepted in this page. */
  started(): void
  /** When that was last, in milliseconds since the epoch, or 0. */
  startedAtMs(): number
  /** Aborted when the session ends or changes its user. Silent work reads it when it starts. */
  signal(): AbortSignal
  /** For a sign-in: aborted by an explicit sign-out only. */
  signInSignal(): AbortSignal
}

/** What ends a session while no other tab reads or writes it. */
interface EndSession {
  endAtCeiling(identity: Identity): Promise<void>
  endEverywhere(clientId: string | null): Promise<void>
}

interface SessionParts {
  options: { clientId: string; nowProvider: Clock }
  tokenStore: TokenStore
  identities: IdentityStore
  sessionCookies: SessionCookies
  events: Events<SessionEvents>
  loadTurns: () => Promise<EndSession>
  /** Forgets entries that only this page has. */
  forgetUnwritten: () => void
}

const ceilingOf = (identity: Identity | undefined): number | undefined => {
  const ceiling = identity?.claims.session_expiry
  return typeof ceiling === 'number' ? ceiling : undefined
}

export const createSession = (parts: SessionParts): Session => {
  const { options, tokenStore, identities, sessionCookies, events, loadTurns } = parts
  const { clientId: ownId, nowProvider } = options
  let silent = new AbortController()
  let signIns = new AbortController()
  let pageNumber = 0
  let startedAtMs = 0

  const forget: Session['forget'] = (reason, origin, successor) => {
    pageNumber += 1
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

  const isAtCeiling = async (identity: Identity | undefined): Promise<boolean> => {
    const ceiling = ceilingOf(identity)
    if (ceiling === undefined) return false
    const nowSeconds = Math.floor((await nowProvider()) / 1000)
    return nowSeconds >= ceiling - CEILING_MARGIN_SECONDS
  }

  const endAtCeiling = async (identity: Identity | undefined): Promise<boolean> => {
    if (!identity || !(await isAtCeiling(identity))) return false
    await (await loadTurns()).endAtCeiling(identity)
    return true
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
        const turns = await within(MAX_LOAD_MS, loadTurns(), () => undefined).catch(() => undefined)
        // Without the code for turns, what this page can reach is removed all the same.
        await (turns ? turns.endEverywhere(clientId) : tokenStore.removeAll(clientId))
      } finally {
        await forgotten
      }
    },
    forget,
    pageNumber: () => pageNumber,
    started: () => {
      pageNumber += 1
      startedAtMs = Date.now()
    },
    startedAtMs: () => startedAtMs,
    signal: () => silent.signal,
    signInSignal: () => signIns.signal,
  }
}
