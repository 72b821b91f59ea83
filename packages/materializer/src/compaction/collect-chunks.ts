import type { ChunkHash, ChunkStore, SnapshotRecord } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import { decodeCollection, decodeManifest, SNAPSHOT_FORMAT } from '../snapshot/manifest';
import { ChunkDamagedError, ChunkMissingError } from '../tree/errors';
import type { NodeStore } from '../tree/node-store';
import { walkChunks } from '../tree/walk';

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
  for (const { root } of snapshots) {
    const collections = isKnown(root) ? [] : await collectionsOf(chunks, root);
    needed.add(root);
    for (const collection of collections) {
      if (isKnown(collection)) continue;
      needed.add(collection);
      for (const tree of await treesOf(chunks, collection)) await walk(nodes, tree, needed);
    }
  }
  return needed;
}

async function walk(nodes: NodeStore, root: ChunkHash | null, needed: Set<ChunkHash>): Promise<void> {
  try {
    for await (const hashes of walkChunks(nodes, root, (hash) => needed.has(hash))) {
      for (const hash of hashes) needed.add(hash);
    }
  } catch (error) {
    // A damaged snapshot needs what can be found of it.
    if (!(error instanceof ChunkMissingError) && !(error instanceof ChunkDamagedError)) throw error;
  }
}

async function collectionsOf(chunks: ChunkStore, manifest: ChunkHash): Promise<readonly ChunkHash[]> {
  return reading(chunks, manifest, (bytes) => decodeManifest(bytes).entries.map(({ chunk }) => chunk));
}

async function treesOf(chunks: ChunkStore, collection: ChunkHash): Promise<readonly (ChunkHash | null)[]> {
  return reading(chunks, collection, (bytes) => {
    const { records, ids, indexes } = decodeCollection(bytes);
    return [records.hash, ids.hash, ...[...indexes.values()].map(({ root }) => root.hash)];
  });
}

async function reading<T>(
  chunks: ChunkStore,
  hash: ChunkHash,
  decode: (bytes: Uint8Array) => readonly T[],
): Promise<readonly T[]> {
  const [bytes] = await chunks.get([hash]);
  if (bytes === undefined) return [];
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof SnapshotDamagedError) return [];
    throw error;
  }
}
