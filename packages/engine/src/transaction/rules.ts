import { CommandError } from '../handler/errors';

/** Commands that a transaction may hold. */
const IN_TRANSACTIONS = new Set([
  'abortTransaction',
  'aggregate',
  'bulkWrite',
  'commitTransaction',
  'create',
  'createIndexes',
  'delete',
  'distinct',
  'find',
  'findAndModify',
  'getMore',
  'insert',
  'killCursors',
  'update',
]);

/** Writes that a client may try again under the same number. */
const RETRYABLE = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

/** Commands that belong to no session. */
const SESSIONLESS = new Set([
  'buildInfo',
  'connectionStatus',
  'getnonce',
  'hello',
  'isMaster',
  'listCommands',
  'logout',
  'ping',
  'saslContinue',
  'saslStart',
  'whatsmyuri',
]);

const ENDING = new Map([
  ['commitTransaction', 'a commit'],
  ['abortTransaction', 'an abort'],
]);

/** @throws CommandError for a command that a transaction may not hold, or not there */
export function checkInTransaction(name: string, database: string, starts: boolean): void {
  if (SESSIONLESS.has(name)) throw unsupported('This command is not supported in transactions');
  if (name === 'count') {
    throw unsupported(
      "Cannot run 'count' in a multi-document transaction. Please see http://dochub.mongodb.org/core/transaction-count for a recommended alternative.",
    );
  }
  if (!IN_TRANSACTIONS.has(name)) throw unsupported(`Cannot run '${name}' in a multi-document transaction.`);
  const ending = ENDING.get(name);
  if (ending !== undefined) {
    if (database !== 'admin') {
      throw new CommandError('Unauthorized', `${name} may only be run against the admin database.`);
    }
    if (starts) throw unsupported(`Cannot start a transaction with ${ending}`);
    return;
  }
  if (database === 'config') {
    throw unsupported('Cannot run command against the config database in a transaction.');
  }
  if (database === 'local') {
    throw unsupported("Cannot run command against the 'local' database in a transaction.");
  }
  if (starts && name === 'killCursors') {
    throw unsupported('Cannot run killCursors as the first operation in a multi-document transaction.');
  }
}

/** @throws CommandError for a command that is no retryable write */
export function checkRetryable(name: string): void {
  if (RETRYABLE.has(name)) return;
  if (SESSIONLESS.has(name)) {
    throw new CommandError(50889, 'It is illegal to provide a txnNumber for this command');
  }
  throw new CommandError(
    'NotARetryableWriteCommand',
    `txnNumber may only be provided for multi-document transactions and retryable write commands. autocommit:false was not provided, and ${name} is not a retryable write command.`,
  );
}

function unsupported(message: string): CommandError {
  return new CommandError('OperationNotSupportedInTransaction', message);
}
