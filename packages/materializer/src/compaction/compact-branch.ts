import { encodeDocument } from '@argon/bson';
import {
  InvalidHorizonError,
  NOBODY,
  retentionOf,
  type BranchRecord,
  type EntryRewrite,
  type Lsn,
  type SnapshotRecord,
  type Store,
} from '@argon/wal';
import { LogInconsistentError } from '../errors';
import type { Replayer } from '../replay/replayer';
import type { BranchCompaction, CompactOptions } from './contract';
import type { Fates } from './fates';
import { horizonOf } from './horizon';
import { RetainedStates } from './retained-states';
import { familyOf, type Bound } from './retained-points';
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

/** How often a run begins again; horizons move seldom. */
const MAX_TRIES = 5;

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

  /**
   * What goes is told from the records as they are once the horizon is there, so that whatever comes into being meanwhile
   * is seen or refused. A branch that is deleted before the horizon has moved is left as it is, to `runDeleted`.
   */
  run({ id }: BranchRecord): Promise<CompactedBranch> {
    return untilKept(() => this.#run(id));
  }

  /**
   * Takes away what nobody stands on of a deleted branch that is older than all that is kept. Its horizon becomes its end
   * first, so that nobody forks there any more through a child; then it is seen who stands on it.
   */
  runDeleted({ id }: BranchRecord): Promise<CompactedBranch> {
    return untilKept(() => this.#runDeleted(id));
  }

  async #run(branchId: number): Promise<CompactedBranch> {
    const { store, replayer } = this.parts;
    // Others may have been at work since the branches were listed.
    const record = (await store.branchById(branchId))!;
    const before = retentionOf(record);
    const { horizon: wanted, missingPin } = await horizonOf(store, record, this.options, this.now);
    // Where the pin is gone that said what is kept, not even what other pins held may go.
    if (wanted === 0 || missingPin !== null || record.status === 'deleted') {
      return untouched(record, missingPin);
    }

    await this.#ensureSnapshot(branchId, wanted);
    const states = new RetainedStates(store, replayer);
    let bound: Bound = { horizon: wanted, isKept: true };
    let current = record;
    let points = await states.load(current, bound, await familyOf(store, record.projectId));
    if (this.options.dryRun !== true && wanted > before.horizon) {
      if (!(await moveHorizon(store, branchId, wanted, this.now))) return untouched(record, null);
      // What was forked, pinned or reset until then counts as well; nothing below the horizon comes after it. Others may
      // have moved it on. If the branch is deleted by now, what it showed at the horizon still stays: whoever stands on
      // it later than that needs what is below.
      current = (await store.branchById(branchId))!;
      bound = { ...bound, horizon: Math.max(wanted, retentionOf(current).horizon) };
      points = await states.load(current, bound, await familyOf(store, record.projectId));
    }
    const { horizon } = bound;
    const counts = await this.#sweep(current, horizon, await states.fates(branchId, bound, points));
    const snapshots = await this.#snapshotsToGo(branchId, before, horizon, new Set(points));
    const what = { branchId, branch: record.name, isDeleted: false, horizon, missingPin };
    return { report: { ...what, ...counts, snapshots: snapshots.length }, snapshots };
  }

  async #runDeleted(branchId: number): Promise<CompactedBranch> {
    const { store, replayer } = this.parts;
    const { name: branch, headLsn: horizon } = (await store.branchById(branchId))!;
    // No fork lies at the deletion itself; and it is not noted as done before it is.
    if (this.options.dryRun !== true) await store.rewrite!(branchId, [], horizon - 1);
    const record = (await store.branchById(branchId))!;
    const states = new RetainedStates(store, replayer);
    const bound = { horizon, isKept: false };
    const points = await states.load(record, bound, await familyOf(store, record.projectId));
    // Nobody stands on it: then its versions may be differences from what has gone from other deleted branches.
    const isBare = points.length === 0;
    const counts = await this.#sweep(record, horizon, await states.fates(branchId, bound, points), isBare);
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

/**
 * Others may compact the same branch further meanwhile. Then a moment that this run keeps may be gone, and it begins again
 * with what they left.
 */
async function untilKept<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof LogInconsistentError) || tries === MAX_TRIES) throw error;
    }
  }
}

/** The report on a branch of which nothing goes. */
function untouched(record: BranchRecord, missingPin: string | null): CompactedBranch {
  const { id: branchId, name: branch } = record;
  const { horizon } = retentionOf(record);
  const nothing = { kept: 0, hollowed: 0, dropped: 0, bytes: 0, snapshots: 0 };
  return { report: { branchId, branch, isDeleted: false, horizon, missingPin, ...nothing }, snapshots: [] };
}

/**
 * The commit after which nobody reads, forks, pins or resets below the horizon; none is needed where others have moved it
 * there, or beyond. False if the branch was deleted before: then the horizon is where it was.
 */
async function moveHorizon(store: Store, branchId: number, horizon: Lsn, at: number): Promise<boolean> {
  for (;;) {
    const { lsn: after } = await store.head(branchId);
    const record = await store.branchById(branchId);
    if (record?.status !== 'active') return false;
    if (retentionOf(record).horizon >= horizon) return true;
    const entry = {
      operation: 'modify_branch',
      collection: '',
      documentId: null,
      document: encodeDocument({ horizon: BigInt(horizon) }),
      prevLsn: 0,
      recordLsn: 0,
    } as const;
    const commits = [{ actor: NOBODY, entries: [entry] }];
    const change = { horizon: { lsn: horizon, at } };
    try {
      const result = await store.append({ branchId, after, commits, change });
      if (result.appended) return true;
    } catch (error) {
      // Others moved it on between the look and this.
      if (!(error instanceof InvalidHorizonError) || !(await isBeyond(store, branchId, horizon))) throw error;
    }
  }
}

async function isBeyond(store: Store, branchId: number, horizon: Lsn): Promise<boolean> {
  const record = await store.branchById(branchId);
  return record !== undefined && retentionOf(record).horizon >= horizon;
}
