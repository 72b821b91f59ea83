import type { Lsn, MaybePromise } from '@argon/wal';
import { LayeredCollectionState } from '../state/collection-state';
import type { BranchState } from '../state/contract';
import { numberTree } from '../state/sorted-tree';
import { diff } from '../tree/differ';
import { overlayDiff } from './overlay-diff';

/** A record that two states show differently: its version in each; undefined where it is not there. */
export interface RecordDifference {
  readonly record: Lsn;
  readonly before: Lsn | undefined;
  readonly after: Lsn | undefined;
}

const BATCH_SIZE = 256;

/** The difference of one collection between two states; one that a state does not have is empty there. */
export function diffOf(
  before: BranchState,
  after: BranchState,
  name: string | { readonly before: string | undefined; readonly after: string | undefined },
): CollectionDiff {
  const names = typeof name === 'string' ? { before: name, after: name } : name;
  return new CollectionDiff(layeredOf(before, names.before), layeredOf(after, names.after));
}

function layeredOf(state: BranchState, name: string | undefined): LayeredCollectionState | undefined {
  const collection = name === undefined ? undefined : state.collections.get(name);
  return collection instanceof LayeredCollectionState ? collection : undefined;
}

/**
 * The records that differ between two states of a collection, in natural order. Shared parts of the overlays and of the
 * trees below them are not looked at, so the cost follows the differences.
 */
class CollectionDiff {
  readonly #before: LayeredCollectionState | undefined;
  readonly #after: LayeredCollectionState | undefined;
  /** Records that an overlay of only one of them may change, or that both may change to different versions. */
  readonly #overlaid: readonly Lsn[];
  #at = 0;
  /** Differences of the bases; undefined at their end. */
  readonly #bases: { next(): MaybePromise<readonly { readonly key: Lsn }[] | undefined> } | undefined;
  #batch: readonly { readonly key: Lsn }[] = [];
  #batchAt = 0;
  #basesDone: boolean;

  constructor(before: LayeredCollectionState | undefined, after: LayeredCollectionState | undefined) {
    this.#before = before;
    this.#after = after;
    this.#overlaid = changedOverlays(before, after);
    const [old, now] = [before?.base?.records, after?.base?.records];
    const isSame = (old?.root.hash ?? null) === (now?.root.hash ?? null);
    this.#bases = isSame ? undefined : baseDiff(before, after);
    this.#basesDone = this.#bases === undefined;
  }

  async next(): Promise<readonly RecordDifference[] | undefined> {
    for (;;) {
      const records = await this.#candidates();
      if (records.length === 0) return undefined;
      const found: RecordDifference[] = [];
      const [old, now] = await Promise.all([
        this.#before?.byRecords(records),
        this.#after?.byRecords(records),
      ]);
      for (const [i, record] of records.entries()) {
        const [before, after] = [old?.[i]?.lsn, now?.[i]?.lsn];
        if (before !== after) found.push({ record, before, after });
      }
      if (found.length > 0) return found;
    }
  }

  /** The next records that may differ, in order. */
  async #candidates(): Promise<Lsn[]> {
    const records: Lsn[] = [];
    while (records.length < BATCH_SIZE) {
      if (!this.#basesDone && this.#batchAt >= this.#batch.length) {
        const batch = this.#bases!.next();
        const next = batch instanceof Promise ? await batch : batch;
        this.#batch = next ?? [];
        this.#batchAt = 0;
        this.#basesDone = next === undefined;
        continue;
      }
      const record = this.#nextCandidate();
      if (record === undefined) break;
      records.push(record);
    }
    return records;
  }

  #nextCandidate(): Lsn | undefined {
    const inOverlay = this.#overlaid[this.#at];
    const inBase = this.#batch[this.#batchAt]?.key;
    if (inOverlay === undefined && inBase === undefined) return undefined;
    const record = Math.min(inOverlay ?? Infinity, inBase ?? Infinity);
    if (inOverlay === record) this.#at += 1;
    if (inBase === record) this.#batchAt += 1;
    return record;
  }
}

const NOTHING = numberTree<Lsn>();

function changedOverlays(
  before: LayeredCollectionState | undefined,
  after: LayeredCollectionState | undefined,
): readonly Lsn[] {
  return overlayDiff(before?.records ?? NOTHING, after?.records ?? NOTHING);
}

function baseDiff(
  before: LayeredCollectionState | undefined,
  after: LayeredCollectionState | undefined,
): { next(): MaybePromise<readonly { readonly key: Lsn }[] | undefined> } {
  const [old, now] = [before?.base?.records, after?.base?.records];
  if (old !== undefined && now !== undefined) return diff(old, now);
  const scan = (old ?? now)!.scan({ batchSize: BATCH_SIZE });
  const keysOf = (
    batch: { readonly keys: Iterable<Lsn> } | undefined,
  ): readonly { readonly key: Lsn }[] | undefined => batch && Array.from(batch.keys, (key) => ({ key }));
  return {
    next: () => {
      const batch = scan.next();
      return batch instanceof Promise ? batch.then(keysOf) : keysOf(batch);
    },
  };
}
