import type { BranchState } from '@argon/materializer';
import { isDocumentOperation, isProvisional } from '@argon/wal';
import { idKey } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { Draft } from '../write/draft';
import { documentName } from './claims';
import { WriteConflictError } from './errors';
import { sameCatalog } from './same-catalog';

/**
 * Drafts what a transaction did once more, on the newest head: it must find everything that it changed as it was.
 * @throws WriteConflictError if others changed one of its documents, took one of its unique keys, or changed one of its
 *   collections themselves
 */
export async function rebase(transaction: Draft, onto: Draft): Promise<void> {
  const { base, drafted } = transaction;
  if (drafted.length === 0) return;
  const head = onto.state;
  // Nobody was there: what was checked then holds.
  const isMoved = head.lsn !== base.lsn || head !== onto.base;
  if (isMoved) {
    const seen = new Set<string>();
    const met = new Set<string>();
    for (const { operation, collection, documentId, prevLsn } of drafted) {
      if (!met.has(collection)) {
        met.add(collection);
        checkCollection(collection, base, head);
      }
      if (!isDocumentOperation(operation)) continue;
      const key = idKey(documentId);
      const name = documentName(collection, key);
      if (seen.has(name)) continue;
      seen.add(name);
      const found = await head.collections.get(collection)?.byId(key);
      const expected = operation === 'insert' || isProvisional(prevLsn) ? undefined : prevLsn;
      if (found?.lsn !== expected) throw new WriteConflictError();
    }
    onto.deferUniques();
  }
  await onto.take(drafted);
  if (!isMoved) return;
  await onto.checkUniques(({ problem }) => {
    throw problem instanceof CommandError && problem.codeName === 'DuplicateKey'
      ? new WriteConflictError()
      : problem;
  });
}

function checkCollection(collection: string, base: BranchState, head: BranchState): void {
  const [then, now] = [base, head].map((state) => state.collections.get(collection)?.catalog);
  if (!sameCatalog(then, now)) throw new WriteConflictError();
}
