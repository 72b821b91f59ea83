import type { DraftCommit, Commit } from '@argon/wal';
import type { Operation } from '../handler/operation';
import { sessionIdOf } from '../session/session-id';
import { encodeWriteNote, type WriteNote } from '../session/write-note';
import { Constraints } from '../write/constraints';
import type { NotedCommit, Noting } from '../write/noting';
import { rebase } from './rebase';
import type { Transaction } from './transaction';

/**
 * Makes what a transaction did one commit of its branch.
 * @throws WriteConflictError if others changed what it changed; then it is aborted
 */
export async function commitTransaction(transaction: Transaction, operation: Operation): Promise<void> {
  const { draft, branchId } = transaction;
  if (draft === undefined || branchId === undefined || draft.drafted.length === 0) {
    transaction.finish('committed');
    return;
  }
  const { engine, context } = operation;
  const writer = engine.writer(branchId);
  const note: WriteNote = {
    kind: 'transaction',
    sessionId: sessionIdOf(operation.command)!,
    txnNumber: transaction.txnNumber,
    statements: [],
  };
  const noting: Noting = {
    begin: () => {},
    noted: (commit: DraftCommit): NotedCommit => {
      const made = ({ lsn, timestamp }: Commit) =>
        writer.records.add(transaction.session.key, { lsn, note }, timestamp);
      // Change streams tell of it, wherever the client is.
      return { ...commit, made, note: encodeWriteNote(note) };
    },
  };
  let isDone = false;
  transaction.isCommitting = true;
  try {
    const constraints = new Constraints(transaction.namespace, engine.materializer);
    await writer.run((onto) => rebase(draft, onto), context.actor, constraints, {
      isTransaction: true,
      noting,
    });
    isDone = true;
  } finally {
    transaction.finish(isDone ? 'committed' : 'aborted');
  }
}
