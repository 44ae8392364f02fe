import { GenericError } from '../errors/core.ts'
import type { Clock } from '../options.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { WriteFence } from '../storage/lock/write-fence.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { EndReason, Events, Origin, SessionEvents } from './events.ts'

/** The session ends this long before its ceiling, so that no call starts that cannot finish. */
const CEILING_MARGIN_SECONDS = 30

/** The session of one client: who is signed in, from the first token to the last. */
export interface Session {
  /** The signed-in user; `undefined` also after the end of the session. */
  identity(): Promise<Identity | undefined>
  /** Synchronous variant; `undefined` if the identity cannot be read at once. */
  peek(): Identity | undefined
  /**
   * Ends the session if its ceiling (claim `session_expiry`) has passed.
   *
   * @returns whether it has ended
   */
  endAtCeiling(identity: Identity | undefined): Promise<boolean>
  /**
   * Signs out in every tab: removes the tokens and cookies of this client, of another one, or with
   * `null` of all clients.
   */
  end(reason: EndReason, clientId?: string | null): Promise<void>
  /** Clears the session in this tab only: other tabs may still have valid tokens in memory. */
  clearLocal(reason: EndReason): Promise<void>
  /**
   * Aborts pending work of the session; work that starts later belongs to the next one, which has the
   * refresh token `successor`.
   */
  abortPending(reason: EndReason, origin: Origin, successor?: string): Promise<void>
  /** Removes the tokens of this client. */
  clearTokens(): Promise<void>
  /**
   * Aborted when the current session ends. Start any work for the session by reading this signal;
   * results that arrive after the abort must be discarded.
   */
  signal(): AbortSignal
  /**
   * To be called when work for the session of the signal has failed: if the session has ended in the
   * meantime, removes what the work has stored, unless a newer session has stored something since.
   */
  rollBackIfEnded(signal: AbortSignal): Promise<void>
}

interface SessionParts {
  options: { clientId: string; nowProvider: Clock }
  tokenStore: TokenStore
  identities: IdentityStore
  sessionCookies: SessionCookies
  events: Events<SessionEvents>
  loadFence: () => Promise<Pick<WriteFence, 'clear'>>
}

const ceilingOf = (identity: Identity | undefined): number | undefined => {
  const ceiling = identity?.claims.session_expiry
  return typeof ceiling === 'number' ? ceiling : undefined
}

export const createSession = (parts: SessionParts): Session => {
  const { options, tokenStore, identities, sessionCookies, events, loadFence } = parts
  const { clientId: ownId, nowProvider } = options
  let controller = new AbortController()
  const endedAtMs = new WeakMap<AbortSignal, number>()

  const abortPending: Session['abortPending'] = (reason, origin, successor) => {
    endedAtMs.set(controller.signal, Date.now())
    controller.abort(
      new GenericError('login_required', 'The session ended while the call was in progress'),
    )
    controller = new AbortController()
    return events.emit('ended', { reason, origin, successor })
  }

  const clearTokens = async (clientId: string | null = ownId): Promise<void> => {
    await tokenStore.clear(clientId)
    identities.forget()
    // If the fence cannot be loaded there is nothing that it could have written.
    await loadFence().then(
      fence => fence.clear(),
      () => {},
    )
  }

  const clear = async (clientId: string | null, reason: EndReason): Promise<void> => {
    const isOwn = clientId === null || clientId === ownId
    const aborted = isOwn && abortPending(reason, 'here')
    sessionCookies.clear()
    await (isOwn ? clearTokens(clientId) : tokenStore.clear(clientId))
    await aborted
  }

  const clearLocal = (reason: EndReason): Promise<void> => clear(ownId, reason)

  const endAtCeiling = async (identity: Identity | undefined): Promise<boolean> => {
    const ceiling = ceilingOf(identity)
    if (ceiling === undefined) return false
    const nowSeconds = Math.floor((await nowProvider()) / 1000)
    if (nowSeconds < ceiling - CEILING_MARGIN_SECONDS) return false
    await clearLocal('ceiling')
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
    endAtCeiling,
    end: async (reason, clientId = ownId) => {
      const announced = events.emit('signed-out', { clientId })
      await clear(clientId, reason)
      await announced
    },
    clearLocal,
    abortPending,
    clearTokens,
    signal: () => controller.signal,
    rollBackIfEnded: async signal => {
      if (identities.savedAtMs() < (endedAtMs.get(signal) ?? 0)) await tokenStore.clear(ownId)
    },
  }
}
