import type { BranchRecord, Lsn, Store } from '@argon/wal';
import type { Replayer } from '../replay/replayer';
import type { LayeredBranchState } from '../state/branch-state';
import { Fates } from './fates';
import { retainedPoints, type Bound } from './retained-points';

/** The states at the retained points of a branch, as they are found; those in memory share most of what they hold. */
export class RetainedStates {
  readonly #states = new Map<Lsn, LayeredBranchState>();

  constructor(
    private readonly store: Store,
    private readonly replayer: Replayer,
  ) {}

  /**
   * Computes those that are missing. Called before the horizon is moved it may begin at any state or snapshot; called
   * again afterwards, it has only those to add that came into being meanwhile.
   */
  async load(record: BranchRecord, bound: Bound, family: readonly BranchRecord[]): Promise<readonly Lsn[]> {
    const points = await retainedPoints(this.store, record, bound, family);
    let before: LayeredBranchState | undefined;
    for (const lsn of points) {
      const state = this.#states.get(lsn) ?? (await this.replayer.retained(record.id, lsn, before));
      this.#states.set(lsn, state);
      before = state;
    }
    return points;
  }

  /** What tells which entries these points need. */
  async fates(branchId: number, { isKept }: Bound, points: readonly Lsn[]): Promise<Fates> {
    const ends = await this.store.entries(branchId, points);
    const marked = new Set<Lsn>();
    for (const entry of ends) if (entry?.operation === 'delete') marked.add(entry.recordLsn);
    return new Fates(
      branchId,
      points.map((lsn) => this.#states.get(lsn)!),
      marked,
      isKept ? 'whole' : 'nothing',
    );
  }
}
