import type { CommandDocument } from './contract';

/** Errors of a member that is going away or out of reach: another try may go through. */
const RETRYABLE = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Errors after which the whole transaction may be tried again. */
const TRANSIENT = new Set([24, 112, 239, 246, 250, 251, 267, 273]);

/**
 * What drivers are told to do about an error, as mongod tells them.
 * @param concernCode the code of a write concern error, if that is what went wrong
 */
export function errorLabels(
  command: CommandDocument,
  code: number | undefined,
  concernCode?: number,
): readonly string[] {
  if (!command.has('txnNumber')) return [];
  const inTransaction = command.has('autocommit');
  const isEnding = command.name === 'commitTransaction' || command.name === 'abortTransaction';
  const isRetryable =
    (code !== undefined && RETRYABLE.has(code)) || (concernCode !== undefined && RETRYABLE.has(concernCode));
  const labels: string[] = [];
  if (inTransaction && code !== undefined) {
    if (TRANSIENT.has(code) || (RETRYABLE.has(code) && !isEnding)) labels.push('TransientTransactionError');
  }
  if (isRetryable && (!inTransaction || isEnding)) labels.push('RetryableWriteError');
  return labels;
}
