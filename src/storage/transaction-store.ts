import { parseJson } from '../browser/parse-json.ts'
import { webStorage, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { MaybePromise } from '../types/storage.ts'

const LIFETIME_MS = 60 * 60 * 1000
const MAX_PENDING = 8

/** The transaction of a response, or the error code if it is missing. */
export type TakenTransaction =
  | { transaction: Transaction }
  | { reason: 'missing_transaction' | 'state_mismatch' }

/** Pending logins, one per `state`. */
export interface TransactionStore {
  /** @throws GenericError `transaction_not_stored` */
  save(transaction: Transaction & { state: string }): Promise<void>
  /** Returns and removes the transaction for this state. */
  take(state: string | undefined): Promise<TakenTransaction>
  /** Whether a transaction with this state is pending. */
  isPending(state: string | undefined): Promise<boolean>
  /** Whether any transaction is pending. */
  isAnyPending(): Promise<boolean>
}

/** Storage for small JSON values: the session storage of the tab, or cookies. */
export interface TransactionStorage {
  get(name: string): MaybePromise<unknown>
  /** @param older names that can be removed to make room, the oldest last */
  set(name: string, value: object, lifetimeMs: number, older: string[]): MaybePromise<void>
  /** @returns `false` if the value was not written by this origin, and must not be used */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
  remove(name: string): MaybePromise<boolean | void>
  names(): MaybePromise<string[]>
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

type Stored = Record<string, unknown> & { createdAt?: number; issuer?: string; state?: string }

/** Storage can contain anything, and a login without a nonce would accept any ID token. */
const isComplete = (stored: Stored): boolean => {
  const { response_type = 'code' } = stored
  const isKnown = response_type === 'code' || response_type === 'connect_code'
  return (
    isKnown &&
    REQUIRED[response_type].every(name => typeof stored[name] === 'string') &&
    OPTIONAL.every(name => ['string', 'undefined'].includes(typeof stored[name])) &&
    ['number', 'undefined'].includes(typeof stored.createdAt)
  )
}

/** 1.x stored no `response_type`, and the organization by another name. */
const toTransaction = ({ createdAt: _, issuer: __, ...stored }: Stored): Transaction => {
  const { organizationId, ...transaction } = stored
  return {
    response_type: 'code',
    ...(organizationId !== undefined && { organization: organizationId }),
    ...transaction,
  } as Transaction
}

interface TransactionStoreParts {
  clientId: string
  /** The issuer that this client asks; logins at another issuer do not belong to it. */
  issuer: string
  loadStorage: () => MaybePromise<TransactionStorage>
}

/**
 * Transactions by the key `a0.spajs.txs.<clientId>.<state>`. The single key without a state, which
 * auth0-spa-js uses, is read as well, for logins that are pending during an upgrade.
 */
export const createTransactionStore = (parts: TransactionStoreParts): TransactionStore => {
  const { clientId, issuer, loadStorage } = parts
  const singleKey = `a0.spajs.txs.${clientId}`
  const keyOf = (state: string): string => `${singleKey}.${state}`

  const read = async (key: string): Promise<Stored | undefined> => {
    const stored = (await (await loadStorage()).get(key)) as Stored | undefined
    if (!stored || !isComplete(stored)) return
    // auth0-spa-js stores no issuer.
    return (stored.issuer ?? issuer) === issuer ? stored : undefined
  }
  /** The key of the client `shop.admin` is also one of the client `shop`, but its state differs. */
  const readByState = async (state: string): Promise<Stored | undefined> => {
    const stored = await read(keyOf(state))
    return stored?.state === state ? stored : undefined
  }
  /** A transaction of 1.x contains no state: only its verifier binds the response to this browser. */
  const readWithoutState = async (state: string | undefined): Promise<Stored | undefined> => {
    const stored = await read(singleKey)
    return (stored?.state ?? state) === state ? stored : undefined
  }
  /** auth0-spa-js stores no time. */
  const isFresh = (stored: Stored | undefined): boolean =>
    stored !== undefined && Date.now() - (stored.createdAt ?? Date.now()) < LIFETIME_MS

  /** The transactions of this client that have a key of their own, the latest first. */
  const readPending = async (): Promise<Stored[]> => {
    const pending: Stored[] = []
    for (const name of await (await loadStorage()).names()) {
      const state = name.startsWith(keyOf('')) && name.slice(keyOf('').length)
      const stored = state && (await readByState(state))
      if (stored) pending.push(stored)
    }
    return pending.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
  }

  const isAnyPending = async (): Promise<boolean> =>
    [await read(singleKey), ...(await readPending())].some(isFresh)

  return {
    save: async transaction => {
      const storage = await loadStorage()
      const older = (await readPending()).map(({ state = '' }) => keyOf(state))
      for (const key of older.splice(MAX_PENDING - 1)) await storage.remove(key)
      const stored = { ...transaction, issuer, createdAt: Date.now() }
      await storage.set(keyOf(transaction.state), stored, LIFETIME_MS, older)
    },
    take: async state => {
      const storage = await loadStorage()
      const byState = state ? await readByState(state) : undefined
      const stored = byState ?? (await readWithoutState(state))
      const isOurs = stored && (await storage.remove(byState ? keyOf(state ?? '') : singleKey))
      return stored && isOurs !== false && isFresh(stored)
        ? { transaction: toTransaction(stored) }
        : { reason: (await isAnyPending()) ? 'state_mismatch' : 'missing_transaction' }
    },
    isPending: async state => state !== undefined && isFresh(await readByState(state)),
    isAnyPending,
  }
}
