import type { Cookies } from '../browser/cookies.ts'
import { within } from '../deadline.ts'
import { transactionDatabase } from './transaction-database.ts'
import type { TransactionStorage, webTransactionStorage } from './transaction-store.ts'

const PREFIX = 'a0.spajs.txs.'

/** Only the host itself can set cookies with this prefix (RFC 6265bis section 4.1.3.2). */
const HOST_PREFIX = '__Host-'

/** For all cookies of pending logins: many servers accept 8 kB of headers in all. */
const MAX_BYTES = 3000

/** Some versions of Safari never answer when a database is opened. */
const MAX_WAIT_MS = 1_000

const NOT_STORED =
  'its cookie was not stored. Cookies are off, it is larger than 4 kB, or `cookieDomain` is wrong, or is set where the browser has neither localStorage nor IndexedDB.'

/** The part of a transaction that is not in its cookie. */
interface OriginRecord {
  createdAt: number
  code_verifier?: unknown
  appState?: unknown
}

interface CookieTransactionsParts {
  cookies: Cookies
  /** The cookies of the session, with which earlier versions wrote transactions. */
  oldCookies: Cookies
  cookieDomain: string | undefined
  origin: string | undefined
  local: ReturnType<typeof webTransactionStorage>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/**
 * Transactions in cookies, which all tabs of a browser see. Other hosts of the same domain can set
 * cookies for this one, and with `cookieDomain` read them, so a part stays in this origin:
 *
 *     cookie                       state, nonce, scope, redirect_uri …
 *     localStorage or IndexedDB    code_verifier, appState
 *
 * Without a verifier at this origin a login cannot be finished, and no other origin can read or write
 * verifiers here. If the browser has neither storage, the cookie contains everything, as in
 * auth0-spa-js and earlier versions. Such a cookie is accepted only if this host has written it, which
 * cannot be determined with `cookieDomain`.
 */
export const cookieTransactionStorage = (parts: CookieTransactionsParts): TransactionStorage => {
  const { cookies, oldCookies, cookieDomain: domain, origin, local } = parts
  const prefix = origin?.startsWith('https:') && !domain ? HOST_PREFIX : ''
  const database = transactionDatabase()

  const withoutPrefix = (name: string): string =>
    name.startsWith(HOST_PREFIX) ? name.slice(HOST_PREFIX.length) : name

  /** Removes records of logins that were never finished. */
  const removeExpired = (lifetimeMs: number): void => {
    for (const name of local.names()) {
      const record = name.startsWith(PREFIX) ? local.get(name) : undefined
      const { createdAt } = (record ?? {}) as Partial<OriginRecord>
      if (createdAt && Date.now() - createdAt > lifetimeMs) local.remove(name)
    }
  }

  const writeRecord = async (
    name: string,
    record: OriginRecord,
    lifetimeMs: number,
  ): Promise<boolean> => {
    removeExpired(lifetimeMs)
    if (!local.set(name, record)) return true
    const set = async (): Promise<boolean> => {
      await database.set(name, record, lifetimeMs)
      return true
    }
    return within(MAX_WAIT_MS, set(), () => false).catch(() => false)
  }

  const readRecord = async (name: string): Promise<unknown> =>
    local.get(name) ??
    within(MAX_WAIT_MS, database.get(name), () => undefined).catch(() => undefined)

  const isSplit = (cookie: unknown): boolean => isObject(cookie) && !('code_verifier' in cookie)

  const get: TransactionStorage['get'] = async name => {
    const cookie = cookies.get(prefix + name) ?? oldCookies.get(name)
    if (!isSplit(cookie)) return domain ? undefined : cookie
    const record = await readRecord(name)
    return isObject(record) && { ...(cookie as object), ...record }
  }

  const remove = async (name: string): Promise<boolean> => {
    const isBound = isSplit(cookies.get(prefix + name))
    if (isBound && local.get(name) === undefined) {
      await within(MAX_WAIT_MS, database.remove(name), () => {}).catch(() => {})
    }
    local.remove(name)
    cookies.remove(prefix + name)
    oldCookies.remove(name)
    // A cookie for the parent domain is still there.
    return isBound || (!oldCookies.all(name).length && oldCookies.get(name) === undefined)
  }

  /** What a cookie adds to the header of a request. */
  const bytesOf = (name: string, value: unknown): number =>
    encodeURIComponent(name + JSON.stringify(value)).length + 3

  const totalBytes = (): number =>
    cookies
      .names()
      .filter(name => withoutPrefix(name).startsWith(PREFIX))
      .reduce((total, name) => total + bytesOf(name, cookies.get(name)), 0)

  return {
    get,
    set: async (name, value, lifetimeMs, older) => {
      const { code_verifier, appState, ...shared } = value as Record<string, unknown>
      const record = { createdAt: Date.now(), code_verifier, appState }
      const isKept = await writeRecord(name, record, lifetimeMs)
      const cookie = isKept ? shared : value
      while (older.length && totalBytes() + bytesOf(prefix + name, cookie) > MAX_BYTES) {
        await remove(older.pop() ?? '')
      }
      if (isKept || !domain) cookies.set(prefix + name, cookie, lifetimeMs)
      if (JSON.stringify(cookies.get(prefix + name)) === JSON.stringify(cookie)) return undefined
      await remove(name)
      return NOT_STORED
    },
    remove,
    names: () => [...new Set(cookies.names().map(withoutPrefix))],
  }
}
