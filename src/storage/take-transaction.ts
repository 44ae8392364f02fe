import { ownMembers } from '../own-members.ts'
import type { Transaction } from '../protocol/transaction.ts'
import { isFresh, type StoredTransaction, type TransactionStore } from './transaction-store.ts'

/** The transaction of a response, or the error code if it is missing. */
export type TakenTransaction =
  | { transaction: Transaction }
  | { reason: 'missing_transaction' | 'state_mismatch' }

/** The members that must be text, by `response_type`. */
const REQUIRED = {
  code: ['nonce', 'code_verifier', 'scope', 'audience'],
  connect_code: ['state', 'code_verifier', 'auth_session', 'redirect_uri', 'connection'],
}
const OPTIONAL = ['state', 'redirect_uri', 'organization', 'organizationId']
const NUMBERS = ['createdAt', 'max_age']

/** Storage can contain anything, and a login without a nonce would accept any ID token. */
const isComplete = (stored: StoredTransaction): boolean => {
  const { response_type = 'code' } = stored
  const isKnown = response_type === 'code' || response_type === 'connect_code'
  return (
    isKnown &&
    REQUIRED[response_type].every(name => typeof stored[name] === 'string') &&
    OPTIONAL.every(name => ['string', 'undefined'].includes(typeof stored[name])) &&
    NUMBERS.every(name => ['number', 'undefined'].includes(typeof stored[name]))
  )
}

/** The transaction with this state, if it is complete. */
const readComplete = async (
  { read }: TransactionStore,
  state: string | undefined,
): Promise<StoredTransaction | undefined> => {
  const stored = await read(state)
  return stored && isComplete(stored) ? stored : undefined
}

/** 1.x stored no `response_type`, and the organization by another name. */
const toTransaction = ({ createdAt: _, issuer: __, ...stored }: StoredTransaction): Transaction => {
  const { organizationId, ...transaction } = stored
  return ownMembers({
    response_type: 'code',
    ...(organizationId !== undefined && { organization: organizationId }),
    ...transaction,
  }) as Transaction
}

/** Whether any transaction is pending. */
export const isAnyPending = async (store: TransactionStore): Promise<boolean> =>
  [await readComplete(store, undefined), ...(await store.readPending()).filter(isComplete)].some(
    isFresh,
  )

/** Returns and removes the transaction for this state. */
export const takeTransaction = async (
  store: TransactionStore,
  state: string | undefined,
): Promise<TakenTransaction> => {
  const byState = state === undefined ? undefined : await readComplete(store, state)
  const single = byState ? undefined : await readComplete(store, undefined)
  // A transaction of 1.x contains no state: only its verifier binds the response to this browser.
  const stored = byState ?? ((single?.state ?? state) === state ? single : undefined)
  const isOurs = stored && (await store.remove(byState && state))
  return isOurs && isFresh(stored)
    ? { transaction: toTransaction(stored) }
    : { reason: (await isAnyPending(store)) ? 'state_mismatch' : 'missing_transaction' }
}
