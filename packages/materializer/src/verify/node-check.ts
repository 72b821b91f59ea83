import { chunkHash, type ChunkHash } from '@argon/wal';
import { MAX_CHUNK } from '../tree/boundary';
import { InternalChunker, LeafChunker } from '../tree/chunker';
import { ChunkDamagedError, TreeInputError } from '../tree/errors';
import { type Key, type KeyKind, shown } from '../tree/key';
import { keyBuilder } from '../tree/key-builder';
import { InternalNode, type TreeNode } from '../tree/node';

/**
 * Checks one node by itself: that its keys ascend, and that making it again from its items gives the same chunk, in one
 * piece. Where a chunk ends depends on its own keys alone, so nothing else need be looked at.
 * @returns whether it ends there by its own keys: one that does not is the last of its level, or the next key is very large
 * @throws ChunkDamagedError
 */
export function checkNode(node: TreeNode, hash: ChunkHash): boolean {
  const { keys } = node;
  for (let i = 1; i < keys.length; i++) {
    if (keys.compare(i - 1, keys, i) >= 0)
      throw new ChunkDamagedError(hash, `its key ${shown(keys.at(i))} follows ${shown(keys.at(i - 1))}`);
  }
  const made: ChunkHash[] = [];
  const sink = (bytes: Uint8Array): ChunkHash => chunkHash(bytes);
  const take = ({ child }: { child: { hash: ChunkHash } }): void => void made.push(child.hash);
  const chunker =
    node instanceof InternalNode
      ? new InternalChunker(keys.kind, node.level, sink, take)
      : new LeafChunker(keys.kind, sink, take);
  try {
    chunker.copy(node, 0, node.length);
  } catch (error) {
    if (error instanceof TreeInputError) throw new ChunkDamagedError(hash, error.message);
    throw error;
  }
  const ends = chunker.atBoundary;
  chunker.close();
  if (made.length !== 1) throw new ChunkDamagedError(hash, 'it holds what belongs into several chunks');
  if (made[0] !== hash) throw new ChunkDamagedError(hash, 'its items are not written as they should be');
  return ends;
}

/** Whether a leaf must end before this key, whatever its own keys say. */
export function needsOwnChunk(kind: KeyKind, key: Key): boolean {
  return keyBuilder<Key>(kind).sizeOf(key) > MAX_CHUNK;
}
