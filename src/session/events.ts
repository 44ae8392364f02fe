/** Why a session ended. */
export type EndReason = 'logout' | 'login_required' | 'ceiling' | 'blocked' | 'user-changed'

/** Where something happened. */
export type Origin = 'here' | 'other-tab'

/** What happens to the session of a client, and what listeners are told about it. */
export interface SessionEvents {
  /** An interactive sign-in was accepted. */
  'signed-in': { origin: Origin }
  /** The response to a sign-in was rejected, so its refresh token must not be kept. */
  'sign-in-rejected': { refresh_token: string }
  /** Tokens of another user than before, or of a first user, were stored. */
  'user-changed': { sub: string }
  /**
   * Pending work of the session is aborted, and its data is being removed; `successor` is the refresh
   * token of the response that starts the next session.
   */
  ended: { origin: Origin; reason: EndReason; successor?: string | undefined }
  /** The application signs out a client in every tab; `null` means all clients. */
  'signed-out': { clientId: string | null }
}

type Listener<Detail> = (detail: Detail) => void | Promise<void>

/** Events by name. */
export interface Events<Details> {
  on<Name extends keyof Details>(name: Name, listener: Listener<Details[Name]>): void
  /**
   * Calls all listeners now, and resolves when they have finished. A listener that fails does not
   * stop the others, and `emit` never rejects.
   */
  emit<Name extends keyof Details>(name: Name, detail: Details[Name]): Promise<void>
}

export const createEvents = <Details>(): Events<Details> => {
  const listeners = new Map<keyof Details, Listener<never>[]>()
  return {
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
    },
    emit: async (name, detail) => {
      const results = (listeners.get(name) ?? []).map(async listener => listener(detail as never))
      await Promise.allSettled(results)
    },
  }
}
