import { onRestore } from '../browser/page-events.ts'
import type { TabChannel } from '../browser/tab-channel.ts'
import type { EntryOwners } from '../storage/entry-owners.ts'
import type { Identity, IdentityStore } from '../storage/identity-store.ts'
import type { Sharing } from '../storage/lock/session-lock.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { SessionMessage } from './broadcast.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'
import type { SessionTurns, Turn } from './session-turns.ts'

export interface SyncTabsParts {
  clientId: string
  issuer: string
  sharing: Sharing
  channel: Pick<TabChannel, 'listen'>
  session: Pick<Session, 'forget' | 'startedAtMs'>
  turns: Pick<SessionTurns, 'exclusive'>
  owners: Pick<EntryOwners, 'clear'>
  identities: Pick<IdentityStore, 'lastSeen' | 'current' | 'savedAtMs' | 'forget'>
  sessionCookies: Pick<SessionCookies, 'value' | 'clear'>
  events: Pick<Events<SessionEvents>, 'emit'>
  /** Aborted when the client is closed. */
  closed: AbortSignal
}

/**
 * Listens to the other tabs. A sign-out there ends the session here, with every kind of cache:
 *
 *     this tab    token request ───────────────────────▶ aborted, its response is discarded
 *     other tab        logout ─ message ─▶ forget ─▶ clear
 *
 * A sign-in there concerns only clients with the same kind of cache, if tabs share it. A message may arrive late, for example
 * in a page that was frozen, when there is a new session already: that one stays.
 */
export const syncTabs = (parts: SyncTabsParts): void => {
  const { clientId, issuer, sharing, channel, session, turns, owners } = parts
  const { identities, sessionCookies, events } = parts

  /**
   * Whether what is stored is still the session that has ended. The other tab has cleared what is
   * shared, which may contain a new session by now.
   */
  const isLeft = async (turn: Turn, before: Identity | undefined): Promise<boolean> => {
    if (sharing === 'memory') return true
    if (sharing === 'localstorage' || !before) return turn.isSignedOut
    if ((await identities.current())?.id_token === before.id_token) return true
    // This page has not shown the new session, so the next late message is not about it either.
    identities.forget()
    return false
  }

  const clearPage = async (atMs: number): Promise<void> => {
    // In localStorage the number of the sign-out tells; other caches may be those of this tab alone.
    if (sharing !== 'localstorage' && session.startedAtMs() > atMs) return
    const before = identities.lastSeen()
    const forgotten = session.forget('logout', 'other-tab')
    await turns.exclusive(async turn => {
      if (!(await isLeft(turn, before))) return
      // A page that stood still in its turn may have written the cookie after the sign-out.
      if (identities.savedAtMs() >= atMs) sessionCookies.clear()
      await owners.clear(clientId)
    })
    await forgotten
  }

  const followSignIn = async (sub: string, isShared: boolean): Promise<void> => {
    // Not read here: what is stored now may have begun after a sign-out that is yet to arrive.
    const before = identities.lastSeen()
    if (!before || before.claims.sub === sub) {
      return events.emit('signed-in', { origin: 'other-tab' })
    }
    if (!isShared) return
    const stored = sharing === 'custom' ? await identities.current() : undefined
    if (stored?.id_token !== before.id_token) await session.forget('user-changed', 'other-tab')
  }

  const onMessage = async (message: SessionMessage): Promise<void> => {
    if (message?.client_id !== null && message?.client_id !== clientId) return
    // Another tenant may have given out the same client id.
    if ((message.issuer ?? issuer) !== issuer) return
    if (message.type === 'ended') await clearPage(message.at)
    else if (message.type === 'signed_in') {
      await followSignIn(
        message.sub,
        sharing !== 'memory' && (message.sharing ?? sharing) === sharing,
      )
    }
  }
  channel.listen(message => {
    onMessage(message as SessionMessage).catch(() => {})
  })

  /** A page in the back/forward cache receives no messages, so the cookie is compared instead. */
  const onRestored = async (before: unknown): Promise<void> => {
    // Another tab may have removed the cookie when its own session ended: then the number decides.
    const isOver =
      before || sharing !== 'memory'
        ? before && before !== sessionCookies.value()
        : await turns.exclusive(async ({ signedOut }) => signedOut > identities.savedAtMs())
    if (isOver) await clearPage(Date.now())
  }
  onRestore(
    () => sessionCookies.value(),
    before => {
      onRestored(before).catch(() => {})
    },
    parts.closed,
  )
}
