import { encodeDocument } from '@argon/bson';
import {
  NOBODY,
  retentionOf,
  type BranchRecord,
  type EntryRewrite,
  type Lsn,
  type SnapshotRecord,
  type Store,
} from '@argon/wal';
import type { Replayer } from '../replay/replayer';
import type { BranchCompaction, CompactOptions } from './contract';
import type { Fates } from './fates';
import { horizonOf } from './horizon';
import { RetainedStates } from './retained-states';
import { familyOf } from './retained-points';
import { STEP_ENTRIES, stepsOf } from './step';

/** What compaction works with. */
export interface CompactionParts {
  readonly store: Store;
  readonly replayer: Replayer;
  /** Takes a snapshot of what a branch shows now. */
  readonly snapshot: (branchId: number) => Promise<unknown>;
}

/** What was done with a branch. */
export interface CompactedBranch {
  readonly report: BranchCompaction;
  /** The snapshots that go. */
  readonly snapshots: readonly SnapshotRecord[];
}

/** Steps that change nothing are noted this often. */
const NOTE_STEPS = 64;

/** Compacts one branch's own chain. */
export class BranchCompactor {
  constructor(
    private readonly parts: CompactionParts,
    private readonly options: CompactOptions,
    private readonly now: number,
    private readonly grace: number,
  ) {}

  async run(record: BranchRecord): Promise<CompactedBranch> {
    const { store, replayer } = this.parts;
    const before = retentionOf(record);
    const { horizon, missingPin } = await horizonOf(store, record, this.options, this.now);
    const nothing = { kept: 0, hollowed: 0, dropped: 0, bytes: 0, snapshots: 0 };
    const { id: branchId, name: branch } = record;
    const what = { branchId, branch, isDeleted: false, horizon, missingPin };
    // Where the pin is gone that said what is kept, not even what other pins held may go.
    if (horizon === 0 || missingPin !== null) return { report: { ...what, ...nothing }, snapshots: [] };

    await this.#ensureSnapshot(branchId, horizon);
    const states = new RetainedStates(store, replayer);
    let family = await familyOf(store, record.projectId);
    let current = record;
    let points = await states.load(current, horizon, family);
    if (this.options.dryRun !== true && horizon > before.horizon) {
      await moveHorizon(store, branchId, horizon, this.now);
      // What was forked, pinned or reset until then counts as well; nothing below the horizon comes after it.
      current = (await store.branchById(branchId))!;
      family = await familyOf(store, record.projectId);
      points = await states.load(current, horizon, family);
    }
    const counts = await this.#sweep(current, horizon, await states.fates(current, points));
    const snapshots = await this.#snapshotsToGo(branchId, before, horizon, new Set(points));
    const report = { ...what, ...counts, snapshots: snapshots.length };
    return { report, snapshots };
  }

  /**
   * Takes away what nobody stands on of a deleted branch that is older than all that is kept. Its horizon becomes its end,
   * and moves along with what goes: nobody forks, pins or resets there any more.
   */
  async runDeleted(record: BranchRecord, family: readonly BranchRecord[]): Promise<CompactedBranch> {
    const { store, replayer } = this.parts;
    const { id: branchId, name: branch, headLsn: horizon } = record;
    const states = new RetainedStates(store, replayer);
    const points = await states.load(record, horizon, family);
    // Nobody stands on it: then its versions may be differences from what has gone from other deleted branches.
    const isBare = points.length === 0;
    const counts = await this.#sweep(record, horizon, await states.fates(record, points), isBare);
    const kept = new Set(points);
    const snapshots = (await store.snapshots.list(branchId)).filter(({ lsn }) => !kept.has(lsn));
    const what = { branchId, branch, isDeleted: true, horizon, missingPin: null };
    const report = { ...what, ...counts, snapshots: snapshots.length };
    return { report, snapshots };
  }

  /** Those who come after find a snapshot to begin at that is not below the horizon. */
  async #ensureSnapshot(branchId: number, horizon: Lsn): Promise<void> {
    const { store, snapshot } = this.parts;
    const { lsn } = await store.head(branchId);
    const newest = await store.snapshots.atOrBefore(branchId, lsn);
    if (!newest || newest.lsn < horizon) await snapshot(branchId);
  }

  async #sweep(
    record: BranchRecord,
    horizon: Lsn,
    fates: Fates,
    isBare = false,
  ): Promise<Pick<BranchCompaction, 'kept' | 'hollowed' | 'dropped' | 'bytes'>> {
    const { store } = this.parts;
    const { signal, onProgress, dryRun = false, stepEntries = STEP_ENTRIES } = this.options;
    const { compacted, horizon: set } = retentionOf(record);
    const isUnfinished = !dryRun && compacted > 0 && compacted < set && horizon === set;
    let [kept, hollowed, dropped, bytes, unnoted] = [0, 0, 0, 0, 0];
    const start = isUnfinished ? compacted : record.startLsn;
    for await (const step of stepsOf(store, record.id, start, horizon, fates, stepEntries, isBare)) {
      kept += step.kept;
      hollowed += step.hollowed;
      dropped += step.dropped;
      bytes += step.bytes;
      if (!dryRun) {
        unnoted += 1;
        const changes = isBare ? step.changes : await withoutOrphans(store, record.id, step.changes);
        if (changes.length > 0 || unnoted === NOTE_STEPS) {
          await store.rewrite!(record.id, changes, Math.min(step.lsn, horizon));
          unnoted = 0;
        }
      }
      onProgress?.({ branchId: record.id, lsn: step.lsn, horizon });
      if (signal?.aborted === true) return { kept, hollowed, dropped, bytes };
    }
    if (!dryRun) await store.rewrite!(record.id, [], horizon);
    return { kept, hollowed, dropped, bytes };
  }

  /**
   * Snapshots below the horizon that are not of a retained point: no replay may begin there. Those below a horizon that
   * was moved just now stay for a while, as states that others have in memory stand on their chunks.
   */
  async #snapshotsToGo(
    branchId: number,
    before: { horizon: Lsn; horizonSetAt: number },
    horizon: Lsn,
    points: ReadonlySet<Lsn>,
  ): Promise<readonly SnapshotRecord[]> {
    const isOld = before.horizonSetAt + this.grace <= this.now;
    const limit = this.grace <= 0 ? horizon : isOld ? before.horizon : 0;
    const all = await this.parts.store.snapshots.list(branchId);
    return all.filter(({ lsn }) => lsn < limit && !points.has(lsn));
  }
}

/**
 * A delete may go only after the insert has. It has, unless a step before a kill kept the insert for a point that is
 * not needed any more.
 */
async function withoutOrphans(
  store: Store,
  branchId: number,
  changes: readonly EntryRewrite[],
): Promise<readonly EntryRewrite[]> {
  const gone = changes.filter(({ keep }) => keep === 'nothing').map(({ lsn }) => lsn);
  if (gone.length === 0) return changes;
  const going = new Set(gone);
  const deletes = (await store.entries(branchId, gone)).filter((entry) => entry?.operation === 'delete');
  const records = deletes.map((entry) => entry!.recordLsn).filter((lsn) => lsn > branchId && !going.has(lsn));
  const inserts = new Set((await store.entries(branchId, records)).map((entry) => entry?.lsn));
  const staying = new Set(
    deletes.filter((entry) => inserts.has(entry!.recordLsn)).map((entry) => entry!.lsn),
  );
  return changes.filter(({ lsn }) => !staying.has(lsn));
}

/** The commit after which nobody reads, forks, pins or resets below the horizon. */
async function moveHorizon(store: Store, branchId: number, horizon: Lsn, at: number): Promise<void> {
  for (;;) {
    const { lsn: after } = await store.head(branchId);
    const entry = {
      operation: 'modify_branch',
      collection: '',
      documentId: null,
      document: encodeDocument({ horizon: BigInt(horizon) }),
      prevLsn: 0,
      recordLsn: 0,
    } as const;
    const result = await store.append({
      branchId,
      after,
      commits: [{ actor: NOBODY, entries: [entry] }],
      change: { horizon: { lsn: horizon, at } },
    });
    if (result.appended || result.reason === 'branch-deleted') return;
  }
}
