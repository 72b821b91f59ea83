import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { commitTransaction } from '../transaction/commit';
import type { Transaction } from '../transaction/transaction';
import { CommandDefinition } from './definition';

export const commitTransactionCommand = new CommandDefinition({
  name: 'commitTransaction',
  help: 'Makes what a transaction did visible, all of it at once.',
  fields: ['recoveryToken'],
  run: async (operation) => {
    const transaction = transactionOf(operation);
    // Once more after it was done: the client did not hear of it.
    if (transaction.isOpen) await commitTransaction(transaction, operation);
    return okReply();
  },
});

export const abortTransactionCommand = new CommandDefinition({
  name: 'abortTransaction',
  help: 'Ends a transaction, and nothing of it is left.',
  fields: ['recoveryToken'],
  run: (operation) => {
    transactionOf(operation).finish('aborted');
    return okReply();
  },
});

function transactionOf({ transaction, command }: Operation): Transaction {
  if (transaction !== undefined) return transaction;
  throw new CommandError('CommandFailed', `${command.name} must be run within a transaction`);
}
