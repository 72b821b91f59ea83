import type { CommandDocument } from './contract';
import { CommandError } from './errors';

/** Errors of a member that is going away or out of reach: another try may go through. */
const RETRYABLE = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Errors after which the whole transaction may be tried again. */
const TRANSIENT = new Set([24, 112, 239, 246, 250, 251, 267, 273]);
/** Errors after which a change stream may go on: those that can be tried again, and what sharding and elections cause. */
const RESUMABLE = new Set([...RETRYABLE, 63, 133, 150, 234, 317, 358]);
/** ChangeStreamFatalError and ChangeStreamHistoryLost, whatever command ends with them. */
const NON_RESUMABLE = new Set([280, 286]);

/**
 * What drivers are told to do about an error, as mongod tells them.
 * @param concernCode the code of a write concern error, if that is what went wrong
 */
export function errorLabels(
  command: CommandDocument,
  code: number | undefined,
  concernCode?: number,
): readonly string[] {
  return [
    ...writeLabels(command, code, concernCode),
    ...(code === undefined ? [] : changeStreamLabels(code, () => opensChangeStream(command))),
  ];
}

/** An error of a change stream's cursor, with the labels that it has for that. */
export function ofChangeStream(error: CommandError): CommandError {
  const { mongoCode: code, codeName, message, extra, hasAllLabels, cause } = error;
  const labels = [...new Set([...error.labels, ...changeStreamLabels(code, () => true)])];
  return new CommandError(code, message, { codeName, labels, extra, hasAllLabels, cause });
}

function changeStreamLabels(code: number, isChangeStream: () => boolean): string[] {
  if (RESUMABLE.has(code) && isChangeStream()) return ['ResumableChangeStreamError'];
  return NON_RESUMABLE.has(code) ? ['NonResumableChangeStreamError'] : [];
}

function opensChangeStream(command: CommandDocument): boolean {
  if (command.name !== 'aggregate') return false;
  const pipeline = command.get('pipeline');
  return (
    Array.isArray(pipeline) && pipeline.some((stage) => stage instanceof Map && stage.has('$changeStream'))
  );
}

function writeLabels(
  command: CommandDocument,
  code: number | undefined,
  concernCode: number | undefined,
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
