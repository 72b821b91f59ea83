import { isDocumentOperation, type Entry, type EntryRewrite, type Lsn, type MaybePromise } from '@argon/wal';
import type { LayeredBranchState } from '../state/branch-state';
import type { RecordRef } from '../state/contract';

/** What becomes of an entry. */
export type Fate = 'whole' | EntryRewrite['keep'];

/**
 * Says of the entries of a chain up to its horizon which of them the states at the retained points need. (The last point
 * is the horizon, but of a deleted branch, of which nobody sees what comes after the last point.)
 *
 * Each point's timeline is made of stretches of the chain, every one from a reset (or the start) to a point, because the
 * targets of resets are points as well. So a version that any point shows is shown from its own LSN to the end of its
 * stretch, and thus by the first point at or after it; and a record that any point has is there at the first point at or
 * after its insert. One look-up tells.
 */
export class Fates {
  /** @param states those at the retained points, ascending */
  constructor(
    private readonly branchId: number,
    private readonly states: readonly LayeredBranchState[],
    /** Records that a delete at the very end of a point's commit is about: both stay, so that the point can be found. */
    private readonly marked: ReadonlySet<Lsn>,
    /** What becomes of documents' entries after the last point. */
    private readonly rest: 'whole' | 'nothing' = 'whole',
  ) {}

  async of(entry: Entry): Promise<Fate> {
    const { operation, lsn, recordLsn } = entry;
    if (!isDocumentOperation(operation)) return 'whole';
    const state = this.#firstFrom(lsn);
    if (!state) return this.rest;
    if (operation === 'delete') {
      // A reset may go back to the middle of a commit, of which it then shows nothing.
      const stretch = state.timeline.segmentOf(lsn);
      if (stretch?.branchId !== this.branchId || stretch.to < entry.commitLsn) return 'nothing';
      return !this.#isOwn(state, recordLsn) || (await this.#isInsertKept(recordLsn)) ? 'whole' : 'nothing';
    }
    const found = find(state, entry.collection, recordLsn);
    const shown = found instanceof Promise ? await found : found;
    if (shown?.lsn === lsn) return 'whole';
    if (operation === 'update' || !(shown || this.marked.has(recordLsn))) return 'nothing';
    return 'hollow';
  }

  /** Whether a record's insert is on this chain, and not on an ancestor's, or of a branch that this one adopted. */
  #isOwn({ timeline }: LayeredBranchState, recordLsn: Lsn): boolean {
    return timeline.branchOf(recordLsn) === this.branchId;
  }

  async #isInsertKept(recordLsn: Lsn): Promise<boolean> {
    if (this.marked.has(recordLsn)) return true;
    const state = this.#firstFrom(recordLsn);
    if (state === undefined) return this.rest === 'whole';
    return (await find(state, undefined, recordLsn)) !== undefined;
  }

  #firstFrom(lsn: Lsn): LayeredBranchState | undefined {
    let low = 0;
    let high = this.states.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.states[middle]!.lsn < lsn) low = middle + 1;
      else high = middle;
    }
    return this.states[low];
  }
}

/** A record of a state, in whatever collection: the one it was in, most likely. */
function find(
  state: LayeredBranchState,
  collection: string | undefined,
  record: Lsn,
): MaybePromise<RecordRef | undefined> {
  const likely = collection === undefined ? undefined : state.collections.get(collection)?.byRecord(record);
  if (likely instanceof Promise) return likely.then((ref) => ref ?? findElsewhere(state, collection, record));
  return likely ?? findElsewhere(state, collection, record);
}

async function findElsewhere(
  state: LayeredBranchState,
  except: string | undefined,
  record: Lsn,
): Promise<RecordRef | undefined> {
  for (const [name, collection] of state.collections) {
    if (name === except) continue;
    const found = collection.byRecord(record);
    const ref = found instanceof Promise ? await found : found;
    if (ref) return ref;
  }
  return undefined;
}
