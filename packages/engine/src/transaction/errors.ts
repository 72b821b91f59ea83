import { CommandError } from '../handler/errors';

/** Tells drivers that the whole transaction may be tried again. */
export const TRANSIENT = 'TransientTransactionError';

const CONFLICT =
  'WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.';

/** A transaction wants to change what another one, or a commit since its snapshot, has changed. */
export class WriteConflictError extends CommandError {
  constructor(message = CONFLICT) {
    super('WriteConflict', message, { labels: [TRANSIENT] });
  }
}

export function noSuchTransaction(message: string): CommandError {
  return new CommandError('NoSuchTransaction', message, { labels: [TRANSIENT] });
}

export function transactionAborted(txnNumber: number): CommandError {
  return noSuchTransaction(`Transaction with { txnNumber: ${txnNumber} } has been aborted.`);
}

export function transactionCommitted(txnNumber: number): CommandError {
  return new CommandError(
    'TransactionCommitted',
    `Transaction with { txnNumber: ${txnNumber} } has been committed.`,
  );
}
