import { ownMembers } from '../own-members.ts'
import type { Transaction } from '../protocol/transaction.ts'
import { isFresh, type StoredTransaction, type TransactionStore } from './transaction-store.ts'

/** The transaction of a response, or the error code if it is missing. */
export type TakenTransaction =
  | { transaction: Transaction }
  | { reason: 'missing_transaction' | 'state_mismatch' }

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
export const isAnyPending = async ({ read, readPending }: TransactionStore): Promise<boolean> =>
  [await read(undefined), ...(await readPending())].some(isFresh)

/** Returns and removes the transaction for this state. */
export const takeTransaction = async (
  store: TransactionStore,
  state: string | undefined,
): Promise<TakenTransaction> => {
  const { read, remove } = store
  const byState = state === undefined ? undefined : await read(state)
  const single = byState ? undefined : await read(undefined)
  // A transaction of 1.x contains no state: only its verifier binds the response to this browser.
  const stored = byState ?? ((single?.state ?? state) === state ? single : undefined)
  const isOurs = stored && (await remove(byState && state))
  return isOurs && isFresh(stored)
    ? { transaction: toTransaction(stored) }
    : { reason: (await isAnyPending(store)) ? 'state_mismatch' : 'missing_transaction' }
}
