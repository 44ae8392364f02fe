/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./tabs.js').Seen} Seen */
/** @typedef {{ sub: string, org: string | undefined, authTime: number }} Login */

/** Tabs see each other's writes to localStorage, and messages, some time later. */
const DELAY_MS = 1_000

/**
 * Who may have been seen as signed in, and until when.
 *
 * @typedef {{ login: Login | undefined, to: number }} Period
 */

const createHistory = () => {
  /** @type {Period[]} */
  const periods = [{ login: undefined, to: Infinity }]
  return {
    current: () => periods.at(-1)?.login,
    /**
     * From now on both may be seen: who was signed in, and who is going to be.
     *
     * @param {Login | undefined} login
     */
    begin: login => {
      periods.push({ login, to: Infinity })
    },
    /** @param {Login | undefined} login the one that is signed in now */
    complete: login => {
      for (const period of periods) period.to = Math.min(period.to, Date.now() + DELAY_MS)
      periods.push({ login, to: Infinity })
    },
    /** @param {number} since */
    during: since => periods.filter(({ to }) => to >= since).map(({ login }) => login),
  }
}

/** @typedef {ReturnType<typeof createHistory>} History */

/**
 * Who must be signed in where, derived from what users did. Tabs that share storage share one
 * session; with tokens in memory each tab has its own, and ends it when the tenant, asked silently,
 * names another user.
 *
 * @param {{ isShared: boolean }} options
 */
export const createExpected = ({ isShared }) => {
  const shared = createHistory()
  /** @type {WeakMap<Page, History>} */
  const own = new WeakMap()
  /** Whose session the tenant has. */
  const tenant = createHistory()

  /** @param {Page} tab */
  const historyOf = tab => {
    if (isShared) return shared
    const history = own.get(tab) ?? createHistory()
    own.set(tab, history)
    return history
  }

  /**
   * @param {Page} tab
   * @param {number} since
   */
  const during = (tab, since) => {
    const logins = historyOf(tab).during(since)
    const subs = new Set(logins.map(login => login?.sub))
    const atTenant = isShared ? [] : tenant.during(since).map(login => login?.sub)
    // A session in memory of whom the tenant no longer knows can end at any silent request.
    const mayEnd = subs.has(undefined) || atTenant.some(sub => !subs.has(sub))
    return { subs: mayEnd ? new Set([...subs, ...atTenant]) : subs, mayEnd }
  }

  return {
    /** @param {Page} tab */
    current: tab => historyOf(tab).current(),
    during,
    subAtTenant: () => tenant.current()?.sub,

    /**
     * @param {Page} tab
     * @param {Login} login
     * @param {'begin' | 'complete'} stage
     */
    signIn: (tab, login, stage) => {
      for (const history of [historyOf(tab), tenant]) history[stage](login)
    },

    /**
     * @param {Iterable<Page>} tabs
     * @param {'begin' | 'complete'} stage
     */
    signOut: (tabs, stage) => {
      const histories = [...tabs].map(historyOf)
      for (const history of new Set([...histories, tenant])) history[stage](undefined)
    },

    /**
     * Takes what a tab says for the truth: after a fault was counted, or a reload in memory.
     *
     * @param {Page} tab
     * @param {Seen} seen
     */
    adopt: (tab, { isSignedIn, sub = '', org, authTime }) =>
      historyOf(tab).complete(isSignedIn ? { sub, org, authTime } : undefined),

    /**
     * A page that starts anew in memory knows nobody, and takes whom the tenant names.
     *
     * @param {Page} tab
     */
    reset: tab => {
      own.delete(tab)
    },

    /**
     * What is wrong with what a tab says.
     *
     * @param {Page} tab
     * @param {Seen} seen
     * @param {number} since when it was asked
     * @returns {import('./tally.js').Violation | undefined}
     */
    judge: (tab, seen, since) => {
      const login = historyOf(tab).current()
      const { mayEnd, subs } = during(tab, since)
      if (!seen.isSignedIn) return login && !mayEnd ? 'sessionsEnded' : undefined
      if (!login && !subs.has(seen.sub)) return 'signOutsUndone'
      if (!subs.has(seen.sub)) return 'usersMixedUp'
      if (!login || seen.sub !== login.sub) return undefined
      if (seen.org !== login.org) return mayEnd ? undefined : 'organizationsMixedUp'
      return seen.authTime < login.authTime ? 'loginsReplacedByOlder' : undefined
    },
  }
}

/** @typedef {ReturnType<typeof createExpected>} Expected */
