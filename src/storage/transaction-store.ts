import type { Cookies } from '../browser/cookies.ts'
import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import type { LoginTransaction } from '../types/storage.ts'

const LIFETIME_MS = 60 * 60 * 1000
const AT_MOST = 8

/** Logins under way, one per `state`, each taken once. */
export interface TransactionStore {
  save(transaction: LoginTransaction & { state: string }): void
  /** The login that this state belongs to; from now on it is nobody's. */
  take(state: string | undefined): LoginTransaction | undefined
  /** Whether a login of this state is under way. */
  isPending(state: string | undefined): boolean
  /** Whether any login is under way. */
  isAnyPending(): boolean
}

/** A place for small JSON values: the session storage of the tab, or cookies. */
type Place = Omit<Cookies, 'set'> & { set(name: string, value: unknown, lifetimeMs: number): void }

/** The session storage as a place. */
export const sessionStoragePlace = (): Place => {
  const storage = (): Storage | undefined => webStorage('sessionStorage')
  return {
    get: name => parseJson(storage()?.getItem(name)),
    set: (name, value) => {
      if (writeItem('sessionStorage', name, JSON.stringify(value))) return
      throw new GenericError(
        'transaction_not_stored',
        'No login can begin: sessionStorage is full, denied or missing.',
      )
    },
    remove: name => storage()?.removeItem(name),
    names: () => Object.keys(storage() ?? {}),
  }
}

/** What an answer is held against, and what goes into the request for tokens. */
const TEXTS = ['nonce', 'code_verifier', 'scope', 'audience'] as const
const TEXTS_IF_ANY = ['state', 'redirect_uri', 'organization', 'organizationId'] as const

type Stored = LoginTransaction & { organizationId?: string; createdAt?: number; issuer?: string }

/** Storage may hold anything, and a login without a nonce would accept every ID token. */
const isWhole = (stored: Stored): boolean =>
  TEXTS.every(name => typeof stored[name] === 'string') &&
  TEXTS_IF_ANY.every(name => ['string', 'undefined'].includes(typeof stored[name])) &&
  ['number', 'undefined'].includes(typeof stored.createdAt)

/**
 * Transactions under `a0.spajs.txs.<clientId>.<state>`. The single slot without a state, where
 * earlier versions kept theirs, is still read for logins that were under way during an upgrade.
 *
 * @param issuer whom this client asks; logins begun at another issuer are not this client's
 */
export const createTransactionStore = (
  place: Place,
  clientId: string,
  issuer: string,
): TransactionStore => {
  const slot = `a0.spajs.txs.${clientId}`
  const keyOf = (state: string): string => `${slot}.${state}`
  const read = (key: string): Stored | undefined => {
    const stored = place.get(key) as Stored | undefined
    if (!stored || !isWhole(stored)) return
    // Earlier versions noted none.
    return (stored.issuer ?? issuer) === issuer ? stored : undefined
  }
  /** Earlier versions noted no time. */
  const isFresh = (stored: Stored | undefined): boolean =>
    stored !== undefined && Date.now() - (stored.createdAt ?? Date.now()) < LIFETIME_MS

  /** Keys of logins under way, the latest first. */
  const pending = (): string[] => {
    const begun = (key: string): number => read(key)?.createdAt ?? 0
    const keys = place.names().filter(key => key.startsWith(`${slot}.`))
    return keys.sort((a, b) => begun(b) - begun(a))
  }

  /** A slot of 1.x holds no state: its verifier alone ties the answer to this browser. */
  const legacyKey = (state: string | undefined): string | undefined => {
    const stored = read(slot)
    return stored && (stored.state === undefined || stored.state === state) ? slot : undefined
  }

  return {
    save: transaction => {
      for (const key of pending().slice(AT_MOST - 1)) place.remove(key)
      const stored = { ...transaction, issuer, createdAt: Date.now() }
      place.set(keyOf(transaction.state), stored, LIFETIME_MS)
    },
    take: state => {
      const key = state && read(keyOf(state)) ? keyOf(state) : legacyKey(state)
      const stored = key && read(key)
      if (!key || !stored) return
      place.remove(key)
      if (!isFresh(stored)) return
      const { organizationId, createdAt: _, issuer: __, ...transaction } = stored
      return { ...(organizationId && { organization: organizationId }), ...transaction }
    },
    isPending: state => state !== undefined && isFresh(read(keyOf(state))),
    isAnyPending: () => [slot, ...pending()].some(key => isFresh(read(key))),
  }
}
