import { CommandError, type CommandDocument } from '@argon/engine';

/** The codes that drivers know for a server that does not answer. */
const HOST_UNREACHABLE = 6;

/**
 * What a client is told when mongod gave no answer: with the labels by which drivers try again, as they would have if the
 * connection had been their own.
 */
export function unreachable(error: unknown, command: CommandDocument, location: string): CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The legacy database at ${location} did not answer '${command.name}': ${reason}`;
  if (error instanceof Error && error.name === 'AbortError') {
    return new CommandError('Interrupted', 'operation was interrupted', { cause: error });
  }
  return new CommandError(HOST_UNREACHABLE, message, { cause: error, labels: labelsFor(command) });
}

function labelsFor(command: CommandDocument): readonly string[] {
  if (command.get('autocommit') === false) {
    return command.name === 'commitTransaction'
      ? ['RetryableWriteError', 'UnknownTransactionCommitResult']
      : ['TransientTransactionError'];
  }
  const labels: string[] = [];
  if (command.has('txnNumber')) labels.push('RetryableWriteError');
  if (command.name === 'getMore' || command.name === 'aggregate') labels.push('ResumableChangeStreamError');
  return labels;
}
