import {
  BranchNotFoundError,
  CompactionUnsupportedError,
  ProjectNotFoundError,
  type BranchRecord,
  type ChunkStore,
  type SnapshotRecord,
} from '@argon/wal';
import type { NodeStore } from '../tree/node-store';
import { collectChunks } from './collect-chunks';
import { BranchCompactor, type CompactedBranch, type CompactionParts } from './compact-branch';
import { deletedToCompact } from './deleted-branches';
import { familyOf } from './retained-points';
import type { BranchCompaction, CompactOptions, CompactReport, CompactTarget } from './contract';

const GRACE = 60 * 60_000;

interface Parts extends CompactionParts {
  /** Where the chunks of this store's snapshots lie, and no others; undefined: chunks are left alone. */
  readonly chunks: ChunkStore | undefined;
  readonly nodes: NodeStore;
  /** Lets go of the states in memory. */
  readonly forget: () => void;
}

/** Takes away history that nobody keeps: versions, then snapshots, then chunks. */
export class Compaction {
  constructor(private readonly parts: Parts) {}

  async run(target: CompactTarget, options: CompactOptions): Promise<CompactReport> {
    const { store } = this.parts;
    if (store.supports.compaction !== true || !store.rewrite) {
      throw new CompactionUnsupportedError(store.location);
    }
    const { grace = GRACE, dryRun = false, signal } = options;
    const now = (options.now ?? Date.now)();
    const compactor = new BranchCompactor(this.parts, options, now, grace);
    const branches: BranchCompaction[] = [];
    const gone: SnapshotRecord[] = [];
    const isAborted = (): boolean => signal?.aborted === true;
    const note = ({ report, snapshots }: CompactedBranch): void => {
      branches.push(report);
      gone.push(...snapshots);
    };
    for (const record of await this.#targets(target)) {
      if (isAborted()) break;
      note(await compactor.run(record));
    }
    if ('projectId' in target && !isAborted()) {
      const family = await familyOf(store, target.projectId);
      const horizons = new Map(branches.map(({ branchId, horizon }) => [branchId, horizon]));
      const { projectId } = target;
      for (const record of await deletedToCompact(store, projectId, family, horizons, options, now - grace)) {
        if (isAborted()) break;
        note(await compactor.runDeleted(record));
      }
    }
    // What stands on snapshots that go, or on what went, is computed anew.
    if (!dryRun) this.parts.forget();
    if (isAborted()) return { branches, chunks: 0, chunkBytes: 0, aborted: true };
    if (!dryRun) for (const { branchId, lsn } of gone) await store.snapshots.remove(branchId, lsn);
    const { chunks, bytes } = await this.#collect(gone, now - grace, dryRun);
    return { branches, chunks, chunkBytes: bytes, aborted: false };
  }

  async #collect(gone: readonly SnapshotRecord[], before: number, dryRun: boolean) {
    const { store, chunks, nodes } = this.parts;
    if (chunks === undefined) return { chunks: 0, bytes: 0 };
    const names = new Set(gone.map(({ branchId, lsn }) => `${branchId}@${lsn}`));
    const all = await store.snapshots.list();
    const left = all.filter(({ branchId, lsn }) => !names.has(`${branchId}@${lsn}`));
    return collectChunks(chunks, nodes, left, before, dryRun);
  }

  /** @throws BranchNotFoundError, ProjectNotFoundError */
  async #targets(target: CompactTarget): Promise<readonly BranchRecord[]> {
    const { store } = this.parts;
    if ('branchId' in target) {
      const record = await store.branchById(target.branchId);
      if (record?.status !== 'active') throw new BranchNotFoundError(target.branchId);
      return [record];
    }
    const branches = await store.branches(target.projectId);
    if (branches.length === 0) throw new ProjectNotFoundError(target.projectId);
    return branches;
  }
}
