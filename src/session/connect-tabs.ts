import type { Cookies } from '../browser/cookies.ts'
import type { TabLock } from '../browser/mutex.ts'
import { createTabChannel, type TabChannel } from '../browser/tab-channel.ts'
import type { CacheKeys } from '../storage/cache-keys.ts'
import { createEntryOwners } from '../storage/entry-owners.ts'
import type { IdentityStore } from '../storage/identity-store.ts'
import type { OwnerOptions } from '../storage/issuer-of.ts'
import type { Sharing } from '../storage/lock/session-lock.ts'
import type { SessionCookies } from '../storage/session-cookies.ts'
import type { ICache } from '../types/storage.ts'
import { broadcast, CHANNEL } from './broadcast.ts'
import type { Events, SessionEvents } from './events.ts'
import type { Session } from './session.ts'
import { createSessionTurns, type SessionTurns } from './session-turns.ts'
import { syncTabs } from './sync-tabs.ts'

interface ConnectTabsParts {
  options: OwnerOptions
  platform: { channel?: TabChannel; tabLock?: TabLock; cookies?: Cookies }
  cache: ICache & { onUnwritten?: (() => void) | undefined }
  cacheKeys: CacheKeys
  sharing: Sharing
  session: Session
  identities: IdentityStore
  sessionCookies: SessionCookies
  events: Events<SessionEvents>
  /** Aborted when the client is closed. */
  closed: AbortSignal
}

const UNWRITTEN =
  '[latchkey] localStorage is full or denied, so the session ends with this page. Free space.'

/** Connects the session of this page with those of the other tabs. */
export const connectTabs = (parts: ConnectTabsParts): SessionTurns => {
  const { options, platform, cache, cacheKeys, sharing } = parts
  const { session, identities, sessionCookies, events, closed } = parts
  const { clientId, issuer } = options
  const { channel = createTabChannel(CHANNEL, closed) } = platform
  cache.onUnwritten = () => {
    console.warn(UNWRITTEN)
    cache.onUnwritten = undefined
  }
  const owners = createEntryOwners({ options, cache, cacheKeys })
  const turns = createSessionTurns({
    clientId,
    sharing,
    platform,
    session,
    owners,
    identities,
    sessionCookies,
    events,
  })
  broadcast({ clientId, issuer, sharing, channel, events })
  syncTabs({
    clientId,
    issuer,
    sharing,
    channel,
    session,
    turns,
    owners,
    identities,
    sessionCookies,
    events,
    closed,
  })
  return turns
}
