import { MAX_CHUNK } from './boundary';
import type { Child, Chunker, KeyedChild } from './chunker';
import { LevelCursor } from './cursor';
import type { Key } from './key';
import type { NodeStore } from './node-store';
import { type Pacing, breathe } from './pacing';
import type { Anchor } from './tree-root';
import { warm } from './warm';

/** What changes among the items of one level, by ascending key. */
export interface LevelEdits<K extends Key, T> {
  readonly keys: readonly K[];
  /** What each key has from now on; undefined: it is removed. */
  readonly items: readonly (T | undefined)[];
}

/** A chunk that the tree had. */
export interface ReplacedChunk<K extends Key> {
  readonly key: K;
  readonly hash: string;
}

export interface EditedTree {
  readonly nodes: NodeStore;
  readonly anchor: Anchor;
  readonly pacing: Pacing;
}

/** Edits within a chunk between two looks at the clock. */
const STRIDE = 256;

/** Edits whose chunks are asked for at once. */
const WINDOW = 256;

/**
 * Cuts the chunks of one level anew where they are edited. It begins at the start of the chunk that an edit falls
 * into and stops at the first old end of a chunk that is a new one too: from there on nothing can differ.
 *
 * @returns the chunks that are no longer needed as they were; the chunker has told what is there instead
 */
export async function editLevel<K extends Key, T>(
  { nodes, anchor, pacing }: EditedTree,
  chunker: Chunker<K, T>,
  { keys, items }: LevelEdits<K, T>,
): Promise<ReplacedChunk<K>[]> {
  const replaced: ReplacedChunk<K>[] = [];
  const cursor = new LevelCursor<K>(nodes, anchor, chunker.level);
  let warmed = 0;
  let next = 0;
  while (next < keys.length) {
    if (next >= warmed) {
      warmed = next + WINDOW;
      const warming = warm(nodes, anchor, chunker.level, keys.slice(next, warmed));
      if (warming instanceof Promise) await warming;
    }
    const sought = cursor.seek(keys[next]!);
    if (sought instanceof Promise) await sought;
    if (endedBefore(cursor)) await stepBack(cursor, replaced);

    for (;;) {
      const { node } = cursor;
      const { length } = node;
      const lastKey = node.keys.at(length - 1);
      const { isLast } = cursor;
      replaced.push({ key: lastKey, hash: cursor.hash });
      let from = 0;
      while (next < keys.length && (isLast || keys[next]! <= lastKey)) {
        const key = keys[next]!;
        const item = items[next];
        const at = node.keys.lowerBound(key, from);
        chunker.copy(node, from, at);
        from = at < length && node.keys.equals(at, key) ? at + 1 : at;
        if (item !== undefined) chunker.push(key, item);
        next += 1;
        // What is appended falls all into the last chunk.
        if (next % STRIDE !== 0) continue;
        const stop = breathe(nodes, pacing);
        if (stop instanceof Promise) await stop;
      }
      chunker.copy(node, from, length);
      const pause = breathe(nodes, pacing);
      if (pause instanceof Promise) await pause;
      if (isLast) chunker.close();
      if (chunker.atBoundary) break;
      const moved = cursor.next();
      if (moved instanceof Promise) await moved;
    }
  }
  return replaced;
}

/** Whether the chunk before this one ended only because of this one's key, which is too large to share a chunk. */
function endedBefore<K extends Key>({ level, node, isFirst }: LevelCursor<K>): boolean {
  if (level > 0 || isFirst || node.length > 1 || node.keys.kind === 'number') return false;
  return (node.keys.at(0) as string).length > MAX_CHUNK - 8;
}

/** Begins one chunk earlier: its end is in question too. Not if it was just cut anew, and so ended by itself. */
async function stepBack<K extends Key>(
  cursor: LevelCursor<K>,
  replaced: readonly ReplacedChunk<K>[],
): Promise<void> {
  await cursor.previous();
  const { keys, length } = cursor.node;
  const done = replaced[replaced.length - 1];
  if (done !== undefined && keys.at(length - 1) <= done.key) await cursor.next();
}

/** The edits that take the level above from the old chunks to the new ones, both by ascending key. */
export function levelChanges<K extends Key>(
  replaced: readonly ReplacedChunk<K>[],
  made: readonly KeyedChild<K>[],
): LevelEdits<K, Child> {
  const keys: K[] = [];
  const items: (Child | undefined)[] = [];
  let old = 0;
  for (const { key, child } of made) {
    for (; old < replaced.length && replaced[old]!.key < key; old++) {
      keys.push(replaced[old]!.key);
      items.push(undefined);
    }
    const same = old < replaced.length && replaced[old]!.key === key ? replaced[old] : undefined;
    if (same !== undefined) old += 1;
    if (same?.hash === child.hash) continue;
    keys.push(key);
    items.push(child);
  }
  for (; old < replaced.length; old++) {
    keys.push(replaced[old]!.key);
    items.push(undefined);
  }
  return { keys, items };
}
