import { CommandError, type CommandDocument } from '@argon/engine';

/**
 * Commands that are answered here, by commands of our own: those would run outside of the client's transaction, and wait for
 * it to end. mongod has none of them in a transaction; what it is sent as it is, it refuses itself.
 */
const ANSWERED_HERE: ReadonlySet<string> = new Set(
  'dbStats dbstats dropDatabase hello isMaster ismaster listDatabases'.split(' '),
);

/** @throws CommandError OperationNotSupportedInTransaction, which leaves the transaction as it is */
export function refuseInTransaction(command: CommandDocument): void {
  const { name } = command;
  if (!ANSWERED_HERE.has(name) || command.get('autocommit') !== false) return;
  throw new CommandError(
    'OperationNotSupportedInTransaction',
    `Cannot run '${name}' in a multi-document transaction.`,
  );
}
