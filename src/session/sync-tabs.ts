import { isBrowser } from '../browser/environment.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { LoginHints } from '../storage/session-cookies.ts'
import type { TokenStore } from '../storage/token-store.ts'
import type { SessionNews } from '../types/session-news.ts'
import type { Coherence } from '../types/storage.ts'
import type { Session } from './session.ts'

interface FollowParts {
  options: { clientId: string }
  channel: BroadcastChannel | undefined
  session: Pick<Session, 'interrupt'>
  identities: Pick<IdentityStore, 'known' | 'savedAtMs' | 'current' | 'forget'>
  tokenStore: Pick<TokenStore, 'clear'>
  hints: Pick<LoginHints, 'isSignedIn'>
  loadCoherence: () => Promise<Pick<Coherence, 'isShared'>>
  /** What else remembers a session; never fails. */
  alsoForget: () => Promise<void>
  /** Something has changed; what failed before may work now. */
  onChange: () => void
}

/**
 * Hears from the other tabs that the session has ended there, or that somebody else has signed
 * in, and lets go of what this page holds:
 *
 *     this tab    token request ─────────────────▶ stopped, its answer not taken in
 *     other tab        logout ─ news ─▶ interrupt ─▶ forget
 *
 * Storage that tabs share was cleared by the tab that told us, and may hold a new session by the
 * time a page that was frozen hears of the end of the old one. So there only a page that has taken
 * tokens in since then clears up, after itself.
 */
export const followOtherTabs = (parts: FollowParts): void => {
  const { options, channel, session, identities, tokenStore, hints, onChange } = parts

  const forget = async (): Promise<void> => {
    await tokenStore.clear(options.clientId)
    identities.forget()
    await parts.alsoForget()
  }

  const letGo = async (sinceMs: number): Promise<void> => {
    const known = identities.known()
    session.interrupt()
    onChange()
    const { isShared } = await parts.loadCoherence()
    if (isShared) {
      if (identities.savedAtMs() >= sinceMs) await forget()
      return
    }
    // A cache of the application's may be shared as well: what it holds now may be a new session.
    const held = await identities.current()
    if (!held || !known || held.id_token === known.id_token) await forget()
  }

  const onNews = async (news: SessionNews): Promise<void> => {
    if (news?.client_id !== null && news?.client_id !== options.clientId) return
    if (news.type === 'ended') await letGo(news.at)
    else if (news.type === 'signed_in') {
      const known = identities.known() ?? (await identities.current())
      if (known && known.claims.sub !== news.sub) await letGo(news.at)
      else onChange()
    }
  }
  channel?.addEventListener('message', ({ data }) => {
    onNews(data).catch(() => {})
  })

  if (!isBrowser()) return
  // A page in the back/forward cache hears nothing. The cookie that all tabs share tells it.
  let wasSignedIn = false
  addEventListener('pagehide', () => {
    wasSignedIn = hints.isSignedIn()
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && wasSignedIn && !hints.isSignedIn()) letGo(Date.now()).catch(() => {})
  })
  addEventListener('online', onChange)
}
