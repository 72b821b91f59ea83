import type { ChunkHash, ChunkStore, SnapshotRecord } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import { ChunkDamagedError, ChunkMissingError } from '../tree/errors';
import type { NodeStore } from '../tree/node-store';
import { walkChunks } from '../tree/walk';
import { decodeCollection, decodeManifest } from './manifest';

/**
 * The hashes of all chunks that a snapshot needs, in batches, a parent before its children. Of a damaged one, those that
 * can be found.
 * @param skip true for a chunk that is known with all below it: neither it nor those are named
 */
export async function* snapshotChunks(
  chunks: ChunkStore,
  nodes: NodeStore,
  { root }: Pick<SnapshotRecord, 'root'>,
  skip: (hash: ChunkHash) => boolean,
): AsyncGenerator<readonly ChunkHash[], void, undefined> {
  if (skip(root)) return;
  yield [root];
  for (const collection of await collectionsOf(chunks, root)) {
    if (skip(collection)) continue;
    yield [collection];
    for (const tree of await treesOf(chunks, collection)) yield* walked(nodes, tree, skip);
  }
}

async function* walked(
  nodes: NodeStore,
  root: ChunkHash | null,
  skip: (hash: ChunkHash) => boolean,
): AsyncGenerator<readonly ChunkHash[], void, undefined> {
  try {
    yield* walkChunks(nodes, root, skip);
  } catch (error) {
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
