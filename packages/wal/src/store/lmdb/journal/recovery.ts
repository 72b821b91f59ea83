import type { RootDatabase } from 'lmdb';
import type { LastTransaction } from '../last-transaction';
import { NOT_FLUSHED, SYNCHRONOUS } from '../transaction-flags';
import { replay } from './changes';
import type { Journal } from './journal';

/**
 * What every process does before it reads from an environment that it has opened. If it is the only one, whoever wrote
 * before may have ended without closing, or lost power: LMDB is set back to the state that the journal's generation
 * began from, which is on disk whole, and what the journal holds is done again and flushed. That is done after a
 * process's end, too, where LMDB's newest state would be good: so there is one way, and it is often gone.
 *
 * Whether it is the only one is told by LMDB's lock file: who opens it first, empties the table of readers, and
 * everybody who has been here has a place in that.
 */
export function recover(db: RootDatabase<Buffer, Buffer>, last: LastTransaction, journal: Journal): void {
  for (;;) {
    let isSound = false;
    let toReplay: { readonly state: number; readonly changes: readonly Buffer[] } | undefined;
    db.transactionSync(() => {
      const transaction = db.getWriteTxnId();
      if (last.correct(transaction)) return;
      const left = last.isFirst ? journal.left(transaction - 1) : undefined;
      if (left === undefined) {
        db.useReadTransaction().done();
        isSound = true;
        return;
      }
      const { meta, records } = left;
      // As if as many transactions had led to it as the journal holds: then the next one is not among them.
      const state = records[records.length - 1]!.id;
      last.setBack(meta, state);
      toReplay = { state, changes: records.map(({ changes }) => changes) };
    }, NOT_FLUSHED);
    if (isSound) return;
    if (toReplay !== undefined) redo(db, toReplay.state, toReplay.changes);
  }
}

function redo(db: RootDatabase<Buffer, Buffer>, state: number, changes: readonly Buffer[]): void {
  db.transactionSync(() => {
    // Another process may have done it in between.
    if (db.getWriteTxnId() !== state + 1) return;
    for (const change of changes) {
      replay(change, (key, value) => void (value === undefined ? db.remove(key) : db.put(key, value)));
    }
  }, SYNCHRONOUS);
}
