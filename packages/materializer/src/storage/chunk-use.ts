import type { ChunkHash, ChunkStore, SnapshotRecord, Store } from '@argon/wal';
import { SNAPSHOT_FORMAT } from '../snapshot/manifest';
import { snapshotChunks } from '../snapshot/snapshot-chunks';
import type { NodeStore } from '../tree/node-store';

/** A number of chunks, and the bytes that they take. */
export interface ChunkCount {
  readonly chunks: number;
  readonly bytes: number;
}

/** What a branch's snapshots are made of. */
export interface BranchChunks {
  readonly snapshots: number;
  /** Chunks that no other branch's snapshots need. */
  readonly own: ChunkCount;
  /** Chunks that others' need as well. */
  readonly shared: ChunkCount;
}

export interface ChunkUse {
  /** By branch id; those without snapshots are not here. */
  readonly branches: ReadonlyMap<number, BranchChunks>;
  /** All there are. */
  readonly all: ChunkCount;
  /** Chunks that several branches need, each counted once. */
  readonly shared: ChunkCount;
  /** Chunks that no snapshot needs; compaction takes them away when they are old enough. */
  readonly unneeded: ChunkCount;
}

class Counter implements ChunkCount {
  chunks = 0;
  bytes = 0;

  add(size: number): void {
    this.chunks += 1;
    this.bytes += size;
  }
}

/**
 * Which branches' snapshots need which chunks. Takes memory for the hash of each chunk.
 * @param signal stops it between two batches: the promise is rejected with its reason
 */
export async function chunkUse(
  store: Pick<Store, 'snapshots'>,
  chunks: ChunkStore,
  nodes: NodeStore,
  signal?: AbortSignal,
): Promise<ChunkUse> {
  const needs = new Map<ChunkHash, Set<number>>();
  const sets = new BranchSets();
  const snapshots = await store.snapshots.list();
  for (const snapshot of snapshots) {
    if (snapshot.format !== SNAPSHOT_FORMAT) continue;
    const { branchId } = snapshot;
    // A chunk that another branch needs is gone into again: what is below it is needed by both.
    const skip = (hash: ChunkHash): boolean => needs.get(hash)?.has(branchId) === true;
    for await (const hashes of snapshotChunks(chunks, nodes, snapshot, skip)) {
      for (const hash of hashes) needs.set(hash, sets.with(needs.get(hash), branchId));
      signal?.throwIfAborted();
    }
  }
  return counted(chunks, snapshots, needs, signal);
}

async function counted(
  chunks: ChunkStore,
  snapshots: readonly SnapshotRecord[],
  needs: ReadonlyMap<ChunkHash, ReadonlySet<number>>,
  signal: AbortSignal | undefined,
): Promise<ChunkUse> {
  const branches = new Map<number, { snapshots: number; own: Counter; shared: Counter }>();
  for (const { branchId } of snapshots) {
    const branch = branches.get(branchId) ?? { snapshots: 0, own: new Counter(), shared: new Counter() };
    branch.snapshots += 1;
    branches.set(branchId, branch);
  }
  const [all, shared, unneeded] = [new Counter(), new Counter(), new Counter()];
  for await (const batch of chunks.list()) {
    for (const { hash, size } of batch) {
      all.add(size);
      const needing = needs.get(hash);
      if (needing === undefined) unneeded.add(size);
      else {
        if (needing.size > 1) shared.add(size);
        for (const branchId of needing)
          branches.get(branchId)![needing.size > 1 ? 'shared' : 'own'].add(size);
      }
    }
    signal?.throwIfAborted();
  }
  return { branches, all, shared, unneeded };
}

/** Sets of branches, each once: of many chunks, few sets are different. */
class BranchSets {
  readonly #sets = new Map<string, Set<number>>();

  with(set: ReadonlySet<number> | undefined, branchId: number): Set<number> {
    const ids = [...(set ?? []), branchId];
    const key = ids.join();
    let known = this.#sets.get(key);
    if (known === undefined) this.#sets.set(key, (known = new Set(ids)));
    return known;
  }
}
