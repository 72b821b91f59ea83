import type { ChunkHash, ChunkStore, SnapshotRecord } from '@argon/wal';
import { SNAPSHOT_FORMAT } from '../snapshot/manifest';
import { snapshotChunks } from '../snapshot/snapshot-chunks';
import type { NodeStore } from '../tree/node-store';

/** Chunks that no snapshot needs. */
export interface Garbage {
  readonly chunks: number;
  readonly bytes: number;
}

/**
 * Finds the chunks that no snapshot needs and that were put before a time, and removes them. Whoever takes a snapshot
 * meanwhile puts its chunks first: those are younger, also when they were there already.
 */
export async function collectChunks(
  chunks: ChunkStore,
  nodes: NodeStore,
  snapshots: readonly SnapshotRecord[],
  before: number,
  dryRun: boolean,
): Promise<Garbage> {
  let found = 0;
  let bytes = 0;
  // Of a format that this version does not know: what they need cannot be told.
  if (snapshots.some(({ format }) => format !== SNAPSHOT_FORMAT)) return { chunks: 0, bytes: 0 };
  const needed = await neededChunks(chunks, nodes, snapshots);
  for await (const batch of chunks.list()) {
    const garbage = batch.filter(({ hash, putAt }) => putAt < before && !needed.has(hash));
    if (garbage.length === 0) continue;
    found += garbage.length;
    for (const { size } of garbage) bytes += size;
    if (dryRun) continue;
    await chunks.remove(
      garbage.map(({ hash }) => hash),
      before,
    );
  }
  return { chunks: found, bytes };
}

async function neededChunks(
  chunks: ChunkStore,
  nodes: NodeStore,
  snapshots: readonly SnapshotRecord[],
): Promise<ReadonlySet<ChunkHash>> {
  const needed = new Set<ChunkHash>();
  const isKnown = (hash: ChunkHash): boolean => needed.has(hash);
  for (const snapshot of snapshots) {
    for await (const hashes of snapshotChunks(chunks, nodes, snapshot, isKnown)) {
      for (const hash of hashes) needed.add(hash);
    }
  }
  return needed;
}
