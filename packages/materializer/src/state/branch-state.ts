import { Timeline, type Commit, type Lsn } from '@argon/wal';
import { BranchDraft, type DraftDocuments } from './branch-draft';
import { CollectionMap } from './collection-map';
import type { ResidentCollectionState } from './collection-state';
import type { AppliedEntry, BranchState } from './contract';

/** What a branch holds at one LSN, wholly in memory. Shares structure with the states before and after it. */
export class ResidentBranchState implements BranchState {
  private constructor(
    readonly timestamp: number,
    readonly timeline: Timeline,
    readonly deleted: boolean,
    readonly collections: CollectionMap<ResidentCollectionState>,
    /** Documents of drafts applied to this state, by provisional LSN; undefined in states of the log alone. */
    readonly drafts: DraftDocuments | undefined,
  ) {}

  get branchId(): number {
    return this.timeline.branchId;
  }

  get lsn(): Lsn {
    return this.timeline.head;
  }

  /** A project's first branch before its first commit: nothing, since its creation at `lsn`. */
  static empty(branchId: number, lsn: Lsn, timestamp: number): ResidentBranchState {
    const timeline = new Timeline(branchId, lsn, [{ branchId, from: 0, to: lsn }]);
    return new ResidentBranchState(timestamp, timeline, false, CollectionMap.empty(), undefined);
  }

  /** What a branch forked here shows before its first commit. */
  forkedAs(branchId: number, baseLsn: Lsn): ResidentBranchState {
    const timeline = new Timeline(branchId, baseLsn, this.timeline.segments);
    return new ResidentBranchState(this.timestamp, timeline, false, this.collections, undefined);
  }

  /** What its branch shows after a commit at `at` set it back to this state. */
  restoredAt(at: { lsn: Lsn; timestamp: number }): ResidentBranchState {
    const timeline = new Timeline(this.branchId, at.lsn, this.timeline.segments);
    return new ResidentBranchState(at.timestamp, timeline, false, this.collections, undefined);
  }

  advance(entries: readonly AppliedEntry[], at: { lsn: Lsn; timestamp: number }): ResidentBranchState {
    const draft = new BranchDraft(this);
    for (const entry of entries) draft.apply(entry);
    return this.#with(draft, at);
  }

  /** As `advance`, for whole commits of the log. Never empty. */
  advanceBy(commits: readonly Pick<Commit, 'entries' | 'lsn' | 'timestamp'>[]): ResidentBranchState {
    const draft = new BranchDraft(this);
    for (const { entries } of commits) for (const entry of entries) draft.apply(entry);
    return this.#with(draft, commits[commits.length - 1]!);
  }

  #with(draft: BranchDraft, at: { lsn: Lsn; timestamp: number }): ResidentBranchState {
    const { collections, deleted, documents } = draft.finish();
    return new ResidentBranchState(
      at.timestamp,
      this.timeline.extendedTo(at.lsn),
      deleted,
      collections,
      documents,
    );
  }
}
