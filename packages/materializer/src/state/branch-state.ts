import { Timeline, type Commit, type Lsn } from '@argon/wal';
import { BranchDraft, type DraftDocuments } from './branch-draft';
import { CollectionMap } from './collection-map';
import type { LayeredCollectionState } from './collection-state';
import type { AppliedEntry, BranchState } from './contract';

/** What was applied to a branch's state since the snapshot it is computed from, or since the branch was made. */
export interface Tail {
  readonly entries: number;
  /** Bytes of their documents. */
  readonly bytes: number;
}

const NO_TAIL: Tail = { entries: 0, bytes: 0 };

/** What a branch holds at one LSN. Shares structure with the states before and after it. */
export class LayeredBranchState implements BranchState {
  private constructor(
    readonly timestamp: number,
    readonly timeline: Timeline,
    readonly deleted: boolean,
    readonly collections: CollectionMap<LayeredCollectionState>,
    /** Documents of drafts applied to this state, by provisional LSN; undefined in states of the log alone. */
    readonly drafts: DraftDocuments | undefined,
    readonly tail: Tail,
    /** Between this LSN and the state's own, no collection was made, dropped, renamed or otherwise changed. */
    readonly catalogLsn: Lsn,
  ) {}

  get branchId(): number {
    return this.timeline.branchId;
  }

  get lsn(): Lsn {
    return this.timeline.head;
  }

  /** A project's first branch before its first commit: nothing, since its creation at `lsn`. */
  static empty(branchId: number, lsn: Lsn, timestamp: number): LayeredBranchState {
    const timeline = new Timeline(branchId, lsn, [{ branchId, from: 0, to: lsn }]);
    return new LayeredBranchState(timestamp, timeline, false, CollectionMap.empty(), undefined, NO_TAIL, lsn);
  }

  /** What a snapshot holds, or a fork before its first commit: nothing changed since. */
  static at(
    at: Pick<LayeredBranchState, 'timeline' | 'timestamp' | 'deleted' | 'catalogLsn'>,
    collections: CollectionMap<LayeredCollectionState>,
  ): LayeredBranchState {
    const { timeline, timestamp, deleted, catalogLsn } = at;
    return new LayeredBranchState(timestamp, timeline, deleted, collections, undefined, NO_TAIL, catalogLsn);
  }

  /** What a branch forked here shows before its first commit. */
  forkedAs(branchId: number, baseLsn: Lsn): LayeredBranchState {
    const timeline = new Timeline(branchId, baseLsn, this.timeline.segments);
    const { timestamp, catalogLsn, collections } = this;
    return LayeredBranchState.at({ timestamp, timeline, deleted: false, catalogLsn }, collections);
  }

  /** What a branch shows after a commit of its chain, at `at`, set it to this state: one of its own, or another's. */
  restoredAt(at: { lsn: Lsn; timestamp: number }, branchId: number): LayeredBranchState {
    const timeline = new Timeline(branchId, at.lsn, this.timeline.segments);
    return new LayeredBranchState(
      at.timestamp,
      timeline,
      false,
      this.collections,
      undefined,
      this.tail,
      this.catalogLsn,
    );
  }

  advance(entries: readonly AppliedEntry[], at: { lsn: Lsn; timestamp: number }): LayeredBranchState {
    const draft = new BranchDraft(this);
    for (const entry of entries) draft.apply(entry);
    return this.#with(draft, at);
  }

  /**
   * As `advance`, for whole commits of the log. Never empty. Up to `horizon` the log is compacted, or being so: changes
   * of records whose insert is gone already are passed over.
   */
  advanceBy(
    commits: readonly Pick<Commit, 'entries' | 'lsn' | 'timestamp'>[],
    horizon: Lsn = 0,
  ): LayeredBranchState {
    const draft = new BranchDraft(this, horizon);
    for (const { entries } of commits) for (const entry of entries) draft.apply(entry);
    return this.#with(draft, commits[commits.length - 1]!);
  }

  #with(draft: BranchDraft, at: { lsn: Lsn; timestamp: number }): LayeredBranchState {
    const { collections, deleted, documents, entries, bytes, catalogLsn } = draft.finish();
    return new LayeredBranchState(
      at.timestamp,
      this.timeline.extendedTo(at.lsn),
      deleted,
      collections,
      documents,
      { entries: this.tail.entries + entries, bytes: this.tail.bytes + bytes },
      catalogLsn,
    );
  }
}
