import { CommandError } from '../handler/errors';
import { noSuchTransaction } from '../transaction/errors';
import type { Session } from './session';

/** A write's number is older than what its session did since. */
export function oldWrite(
  session: Session,
  txnNumber: number,
  newest: number,
  isTransaction: boolean,
): CommandError {
  const newer = isTransaction ? 'transaction' : 'retryable write';
  return new CommandError(
    'TransactionTooOld',
    `Retryable write with txnNumber ${txnNumber} is prohibited on session ${session.text} because a newer ${newer} with txnNumber ${newest} has already started on this session.`,
  );
}

/** A transaction's number is older than what its session did since. */
export function oldTransaction(
  session: Session,
  txnNumber: number,
  newest = session.txnNumber,
  isTransaction = session.transaction !== undefined,
): CommandError {
  const newer = isTransaction ? 'transaction' : 'retryable write';
  return new CommandError(
    'TransactionTooOld',
    `Cannot start transaction with { txnNumber: ${txnNumber} } on session ${session.text} because a newer ${newer} with txnNumberAndRetryCounter { txnNumber: ${newest}, txnRetryCounter: 0 } has already started on this session.`,
  );
}

export function convertedWrite(): CommandError {
  return new CommandError(
    'IncompleteTransactionHistory',
    'Cannot retry a retryable write that has been converted into a transaction',
  );
}

export function numberTaken(): CommandError {
  return new CommandError(
    'ConflictingOperationInProgress',
    'Only servers in a sharded cluster can start a new transaction at the active transaction number',
  );
}

export function notInProgress(session: Session, txnNumber: number): CommandError {
  return noSuchTransaction(
    `Given transaction number ${txnNumber} does not match any in-progress transactions. The active transaction number is ${session.txnNumber}`,
  );
}
