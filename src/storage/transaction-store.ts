import type { Cookies } from '../browser/cookies.ts'
import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import { ownMembers } from '../own-members.ts'
import type { Transaction } from '../protocol/transaction.ts'

const LIFETIME_MS = 60 * 60 * 1000
const MAX_PENDING = 8

/** The transaction of a response, or the error code if it is missing. */
export type TakenTransaction =
  | { transaction: Transaction }
  | { reason: 'missing_transaction' | 'state_mismatch' }

/** Pending logins, one per `state`. */
export interface TransactionStore {
  save(transaction: Transaction & { state: string }): void
  /** Returns and removes the transaction for this state. */
  take(state: string | undefined): TakenTransaction
  /** Whether a transaction with this state is pending. */
  isPending(state: string | undefined): boolean
  /** Whether any transaction is pending. */
  isAnyPending(): boolean
}

/** Storage for small JSON values: the session storage of the tab, or cookies. */
type TransactionStorage = Omit<Cookies, 'set'> & {
  set(name: string, value: unknown, lifetimeMs: number): void
}

export const sessionTransactionStorage = (): TransactionStorage => {
  const storage = (): Storage | undefined => webStorage('sessionStorage')
  return {
    get: name => parseJson(storage()?.getItem(name)),
    set: (name, value) => {
      if (writeItem('sessionStorage', name, JSON.stringify(value))) return
      throw new GenericError(
        'transaction_not_stored',
        'The login cannot start: sessionStorage is full, denied or missing.',
      )
    },
    remove: name => storage()?.removeItem(name),
    names: () => Object.keys(storage() ?? {}),
  }
}

/** The members that must be text, by `response_type`. */
const REQUIRED = {
  code: ['nonce', 'code_verifier', 'scope', 'audience'],
  connect_code: ['state', 'code_verifier', 'auth_session', 'redirect_uri', 'connection'],
}
const OPTIONAL = ['state', 'redirect_uri', 'organization', 'organizationId']
const NUMBERS = ['createdAt', 'max_age']

type Stored = Record<string, unknown> & { createdAt?: number; issuer?: string; state?: string }

/** Storage can contain anything, and a login without a nonce would accept any ID token. */
const isComplete = (stored: Stored): boolean => {
  const { response_type = 'code' } = stored
  const isKnown = response_type === 'code' || response_type === 'connect_code'
  return (
    isKnown &&
    REQUIRED[response_type].every(name => typeof stored[name] === 'string') &&
    OPTIONAL.every(name => ['string', 'undefined'].includes(typeof stored[name])) &&
    NUMBERS.every(name => ['number', 'undefined'].includes(typeof stored[name]))
  )
}

/** 1.x stored no `response_type`, and the organization by another name. */
const toTransaction = ({ createdAt: _, issuer: __, ...stored }: Stored): Transaction => {
  const { organizationId, ...transaction } = stored
  return ownMembers({
    response_type: 'code',
    ...(organizationId !== undefined && { organization: organizationId }),
    ...transaction,
  }) as Transaction
}

interface TransactionStoreParts {
  clientId: string
  /** The issuer that this client asks; logins at another issuer do not belong to it. */
  issuer: string
  storage: TransactionStorage
}

/**
 * Transactions by the key `a0.spajs.txs.<clientId>.<state>`. The single key without a state, which
 * auth0-spa-js uses, is read as well, for logins that are pending during an upgrade.
 */
export const createTransactionStore = (parts: TransactionStoreParts): TransactionStore => {
  const { clientId, issuer, storage } = parts
  const singleKey = `a0.spajs.txs.${clientId}`
  const keyOf = (state: string): string => `${singleKey}.${state}`
  const read = (key: string): Stored | undefined => {
    const stored = ownMembers(storage.get(key) as Stored | undefined)
    if (!isComplete(stored)) return
    // auth0-spa-js stores no issuer.
    return (stored.issuer ?? issuer) === issuer ? stored : undefined
  }
  /** auth0-spa-js stores no time. */
  const isFresh = (stored: Stored | undefined): boolean =>
    stored !== undefined && Date.now() - (stored.createdAt ?? Date.now()) < LIFETIME_MS

  /** Keys of pending transactions, the latest first. */
  const pendingKeys = (): string[] => {
    const createdAt = (key: string): number => read(key)?.createdAt ?? 0
    const keys = storage.names().filter(key => key.startsWith(`${singleKey}.`))
    return keys.sort((a, b) => createdAt(b) - createdAt(a))
  }

  /** A transaction of 1.x contains no state: only its verifier binds the response to this browser. */
  const keyWithoutState = (state: string | undefined): string | undefined => {
    const stored = read(singleKey)
    const isMatch = stored && (stored.state === undefined || stored.state === state)
    return isMatch ? singleKey : undefined
  }

  const isAnyPending = (): boolean => [singleKey, ...pendingKeys()].some(key => isFresh(read(key)))

  return {
    save: transaction => {
      for (const key of pendingKeys().slice(MAX_PENDING - 1)) storage.remove(key)
      const stored = { ...transaction, issuer, createdAt: Date.now() }
      storage.set(keyOf(transaction.state), stored, LIFETIME_MS)
    },
    take: state => {
      const key = state && read(keyOf(state)) ? keyOf(state) : keyWithoutState(state)
      const stored = key && read(key)
      if (stored) storage.remove(key)
      return stored && isFresh(stored)
        ? { transaction: toTransaction(stored) }
        : { reason: isAnyPending() ? 'state_mismatch' : 'missing_transaction' }
    },
    isPending: state => state !== undefined && isFresh(read(keyOf(state))),
    isAnyPending,
  }
}
