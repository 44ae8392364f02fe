/** A session as the application sees it. */
export interface ExpectedSession {
  sub: string
  organization: string | undefined
  /** When the user signed in, which never goes back. */
  authTime: number
  /** The place in the history of the tenant's session since when silent work could end this one. */
  tenantFrom: number
}

/** The user whom a page shows. */
export type Shown = Pick<ExpectedSession, 'sub' | 'organization' | 'authTime'>

/** A silent call: what was there when it started. */
export interface CallStart {
  at: number
  signOuts: number
  begunSignOuts: number
  tenantFrom: number
}

/** Who has been signed in at the tenant, one after the other. */
export class TenantHistory {
  readonly #subs: (string | undefined)[] = [undefined]

  get last(): number {
    return this.#subs.length - 1
  }

  get sub(): string | undefined {
    return this.#subs[this.last]
  }

  add(sub: string | undefined): void {
    this.#subs.push(sub)
  }

  /** Whether this user has been signed in at the tenant at some time from then on. */
  had(sub: string, from: number): boolean {
    return this.#subs.slice(from).includes(sub)
  }

  /** Whether somebody else, or nobody, has been signed in at some time from then on. */
  hadOther(sub: string, from: number): boolean {
    return this.#subs.slice(from).some(each => each !== sub)
  }
}

const isSame = (a: Shown, b: Shown): boolean => a.sub === b.sub && a.organization === b.organization

const text = (session: Shown | undefined): string =>
  session
    ? `${session.sub} of ${session.organization ?? 'no organization'}, signed in at ${session.authTime}`
    : 'no user'

/**
 * The session that the tabs with one storage should have. Only what the user does changes it, or the
 * tenant, which has ended its own session or given it to another user.
 */
export class ExpectedSessions {
  readonly #tenant: TenantHistory
  readonly #history: (ExpectedSession | undefined)[] = [undefined]
  #signOuts = 0
  #begunSignOuts = 0
  #lastSignOut = 0
  /** A sign-out has begun, so that the session may or may not be there. */
  signOutsUnderWay = 0
  /** When a session last started. */
  startedMs = 0

  constructor(tenant: TenantHistory) {
    this.#tenant = tenant
  }

  get current(): ExpectedSession | undefined {
    return this.#history.at(-1)
  }

  signIn(session: Shown, tenantFrom = this.#tenant.last): void {
    this.startedMs = Date.now()
    this.#history.push({ ...session, tenantFrom })
  }

  /** @returns the number of this sign-out */
  beginSignOut(): number {
    this.#begunSignOuts += 1
    return this.#begunSignOuts
  }

  /** Silent calls that were made before this sign-out was begun do not sign in again. */
  signOut(begun = this.beginSignOut()): void {
    this.#signOuts += 1
    this.#lastSignOut = Math.max(this.#lastSignOut, begun)
    this.#history.push(undefined)
  }

  /** A page ended while it signed out: the session may be there or not until the next one. */
  abandonSignOut(): void {
    this.signOutsUnderWay -= 1
    this.#signOuts += 1
    if (this.current) this.current.tenantFrom = 0
  }

  startCall(): CallStart {
    const at = this.#history.length - 1
    return {
      at,
      signOuts: this.#signOuts,
      begunSignOuts: this.#begunSignOuts,
      tenantFrom: this.#tenant.last,
    }
  }

  signedOutSince({ signOuts }: CallStart): boolean {
    return this.#signOuts !== signOuts || this.signOutsUnderWay > 0
  }

  /** Whether a silent call may restore a session for this user where there is none. */
  #mayRestore({ sub }: Shown, calls: Iterable<CallStart>): boolean {
    return [...calls].some(
      call => call.begunSignOuts >= this.#lastSignOut && this.#tenant.had(sub, call.tenantFrom),
    )
  }

  #mayEndSilently({ sub, tenantFrom }: ExpectedSession): boolean {
    return this.signOutsUnderWay > 0 || this.#tenant.hadOther(sub, tenantFrom)
  }

  /** A call has returned a token of this session; it may share the work of an earlier one. */
  judgeToken(token: Shown, call: CallStart, calls: CallStart[]): string | undefined {
    const possible = this.#history.slice(call.at)
    if (possible.some(session => session && isSame(session, token))) return
    const { current } = this
    if ((!current || this.#mayEndSilently(current)) && this.#mayRestore(token, calls)) {
      this.signIn(token, Math.min(...calls.map(({ tenantFrom }) => tenantFrom)))
      return
    }
    return `a call returned a token of ${text(token)}, but meanwhile there was: ${possible.map(text).join('; ')}`
  }

  /** A page that nothing holds back shows this user. */
  judgeShown(shown: Shown | undefined, calls: Iterable<CallStart>): string | undefined {
    const { current } = this
    if (current && shown && isSame(current, shown)) {
      if (shown.authTime < current.authTime) {
        return `auth_time went back: ${text(shown)} in place of ${text(current)}`
      }
      current.authTime = shown.authTime
      return
    }
    if (!current && !shown) return
    if (current && !this.#mayEndSilently(current)) {
      return `a session ended or changed without a reason: ${text(shown)} in place of ${text(current)}`
    }
    if (!shown) {
      this.#history.push(undefined)
      return
    }
    if (!this.#mayRestore(shown, calls)) return `${text(shown)} came from nowhere`
    const from = Math.min(...[...calls].map(call => call.tenantFrom))
    this.signIn(shown, from)
    return
  }
}
