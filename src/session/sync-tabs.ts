import { onRestore } from '../browser/page-events.ts'
import type { TabChannel } from '../browser/tab-channel.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { WriteFence } from '../storage/lock/write-fence.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { SessionMessage } from './broadcast.ts'
import type { EndReason, Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'

interface SyncTabsParts {
  clientId: string
  channel: Pick<TabChannel, 'listen'>
  session: Pick<Session, 'abortPending' | 'clearTokens'>
  identities: Pick<IdentityStore, 'lastSeen' | 'savedAtMs' | 'current'>
  sessionCookies: Pick<SessionCookies, 'isSignedIn'>
  events: Pick<Events<SessionEvents>, 'emit'>
  loadFence: () => Promise<Pick<WriteFence, 'isShared'>>
}

/**
 * Listens to the other tabs: if the session has ended there, or another user has signed in, clears
 * what this page has.
 *
 *     this tab    token request ───────────────────────▶ aborted, its response is discarded
 *     other tab        logout ─ message ─▶ abort pending ─▶ clear
 *
 * Storage that tabs share was cleared by the other tab, and may contain a new session by the time a
 * frozen page receives the message. So there a page clears only what it has stored later itself.
 */
export const syncTabs = (parts: SyncTabsParts): void => {
  const { clientId, channel, session, identities, sessionCookies, events, loadFence } = parts

  const clearPage = async (sinceMs: number, reason: EndReason): Promise<void> => {
    const before = identities.lastSeen()
    const aborted = session.abortPending(reason, 'other-tab')
    const { isShared } = await loadFence()
    if (isShared) {
      if (identities.savedAtMs() >= sinceMs) await session.clearTokens()
    } else {
      // A cache of the application may be shared as well, and contain a new session already.
      const stored = await identities.current()
      if (!stored || !before || stored.id_token === before.id_token) await session.clearTokens()
    }
    await aborted
  }

  const onMessage = async (message: SessionMessage): Promise<void> => {
    if (message?.client_id !== null && message?.client_id !== clientId) return
    if (message.type === 'ended') await clearPage(message.at, 'logout')
    else if (message.type === 'signed_in') {
      const identity = identities.lastSeen() ?? (await identities.current())
      if (identity && identity.claims.sub !== message.sub) {
        await clearPage(message.at, 'user-changed')
      } else await events.emit('signed-in', { origin: 'other-tab' })
    }
  }
  channel.listen(message => {
    onMessage(message as SessionMessage).catch(() => {})
  })

  // A page in the back/forward cache receives no messages, so the cookie is compared instead.
  onRestore(
    () => sessionCookies.isSignedIn(),
    wasSignedIn => {
      if (wasSignedIn && !sessionCookies.isSignedIn()) {
        clearPage(Date.now(), 'logout').catch(() => {})
      }
    },
  )
}
