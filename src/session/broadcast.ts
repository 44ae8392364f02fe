import type { TabChannel } from '../browser/tab-channel.ts'
import type { Sharing } from '../storage/lock/session-lock.ts'
import type { Events, SessionEvents } from './events.ts'

/** The name of the channel between tabs. */
export const CHANNEL = 'auth0.sessions'

/** What tabs tell each other about sessions. It never contains a token. */
export type SessionMessage = {
  /** The tenant of the session; missing if the message is about all clients, or of an older tab. */
  issuer?: string
  /** When it happened, in milliseconds since the epoch. */
  at: number
} & (
  | { type: 'ended' /** Whose session; `null` means all clients. */; client_id: string | null }
  | {
      type: 'signed_in'
      client_id: string
      /** The user who is signed in now. */
      sub: string
      /** Which caches it concerns; missing in messages of an older tab. */
      sharing?: Sharing
    }
)

interface BroadcastParts {
  clientId: string
  issuer: string
  sharing: Sharing
  channel: Pick<TabChannel, 'post'>
  events: Pick<Events<SessionEvents>, 'on'>
}

/** Tells the other tabs about sign-outs and changes of user in this one. */
export const broadcast = (parts: BroadcastParts): void => {
  const { clientId, issuer, sharing, channel, events } = parts
  const post = (message: SessionMessage): void => channel.post(message)
  events.on('signed-out', ({ clientId: client_id }) =>
    post({ type: 'ended', client_id, ...(client_id !== null && { issuer }), at: Date.now() }),
  )
  events.on('user-changed', ({ sub }) =>
    post({ type: 'signed_in', client_id: clientId, issuer, sharing, sub, at: Date.now() }),
  )
}
