import { parseJson } from '../browser/parse-json.ts'
import { itemKeys, readItem, removeItem, writeItem } from '../browser/web-storage.ts'
import { GenericError } from '../errors/core.ts'
import { ownMembers } from '../own-members.ts'
import type { Transaction } from '../protocol/transaction.ts'
import type { MaybePromise } from '../types/storage.ts'

const LIFETIME_MS = 60 * 60 * 1000
const MAX_PENDING = 8

/** A transaction as it is stored. */
export type StoredTransaction = Record<string, unknown> & {
  createdAt?: number
  issuer?: string
  state?: string
}

/** Pending logins, one per `state`; `take-transaction.ts` finishes them. */
export interface TransactionStore {
  /** @throws GenericError `transaction_not_stored` */
  save(transaction: Transaction & { state: string }): Promise<void>
  /** Whether a transaction with this state is pending. */
  isPending(state: string | undefined): Promise<boolean>
  /**
   * The transaction with this state, of any age; with `undefined` the one of auth0-spa-js. Members can
   * be missing, because storage can contain anything.
   */
  read(state: string | undefined): Promise<StoredTransaction | undefined>
  /** The transactions with a state, the latest first. */
  readPending(): Promise<StoredTransaction[]>
  /** @returns whether the transaction was written by this origin */
  remove(state: string | undefined): Promise<boolean>
}

/** Storage for small JSON values: the session storage of the tab, or cookies. */
export interface TransactionStorage {
  get(name: string): MaybePromise<unknown>
  /**
   * @param older names that can be removed to make room, the oldest last
   * @returns why the value could not be stored
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: cookies in memory have nothing to return
  set(name: string, value: object, lifetimeMs: number, older: string[]): MaybePromise<string | void>
  /** @returns `false` if the value was not written by this origin, and must not be used */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
  remove(name: string): MaybePromise<boolean | void>
  names(): MaybePromise<string[]>
}

/** Web Storage that is read by name. */
export const webTransactionStorage = (type: 'sessionStorage' | 'localStorage') => ({
  get: (name: string): unknown => parseJson(readItem(type, name)),
  set: (
    name: string,
    value: object,
    _lifetimeMs?: number,
    older: string[] = [],
  ): string | undefined => {
    while (!writeItem(type, name, JSON.stringify(value))) {
      const oldest = older.pop()
      if (!oldest) return `${type} is full, denied or missing; try \`useCookiesForTransactions\`.`
      removeItem(type, oldest)
    }
    return undefined
  },
  remove: (name: string): void => removeItem(type, name),
  names: (): string[] => itemKeys(type),
})

/** auth0-spa-js stores no time. */
export const isFresh = (stored: StoredTransaction | undefined): boolean =>
  stored !== undefined && Date.now() - (stored.createdAt ?? Date.now()) < LIFETIME_MS

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
  const start = `${singleKey}.`
  const keyOf = (state: string | undefined): string =>
    state === undefined ? singleKey : start + state

  const read = async (state: string | undefined): Promise<StoredTransaction | undefined> => {
    const storage = await loadStorage()
    const stored = ownMembers((await storage.get(keyOf(state))) as StoredTransaction | undefined)
    // The key of the client `shop.admin` is also one of the client `shop`, but its state differs.
    if (state !== undefined && stored.state !== state) return
    // auth0-spa-js stores no issuer.
    return (stored.issuer ?? issuer) === issuer ? stored : undefined
  }

  const readPending = async (): Promise<StoredTransaction[]> => {
    const pending: StoredTransaction[] = []
    for (const name of await (await loadStorage()).names()) {
      const stored = name.startsWith(start) && (await read(name.slice(start.length)))
      if (stored) pending.push(stored)
    }
    return pending.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
  }

  return {
    save: async transaction => {
      const storage = await loadStorage()
      const older = (await readPending()).map(({ state }) => keyOf(state))
      for (const key of older.splice(MAX_PENDING - 1)) await storage.remove(key)
      const stored = { ...transaction, issuer, createdAt: Date.now() }
      const reason = await storage.set(keyOf(transaction.state), stored, LIFETIME_MS, older)
      if (reason) {
        throw new GenericError('transaction_not_stored', `The login cannot start: ${reason}`)
      }
    },
    isPending: async state => state !== undefined && isFresh(await read(state)),
    read,
    readPending,
    remove: async state => (await (await loadStorage()).remove(keyOf(state))) !== false,
  }
}
