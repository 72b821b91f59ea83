import { LeafChunker } from './chunker';
import { type Key, type KeyKind, type List, isKey, shown } from './key';
import type { NodeStore } from './node-store';
import { type Pacing, breathe } from './pacing';
import { TreeInputError } from './errors';
import { Tower } from './tower';
import type { TreeRoot } from './tree-root';

/** Items by ascending key. */
export interface SortedBatch<K extends Key> {
  readonly keys: List<K>;
  /** As many as keys. */
  readonly values: List<number>;
}

/** Makes the chunks of a tree from all of its items. */
export async function buildTree<K extends Key>(
  nodes: NodeStore,
  kind: KeyKind,
  batches: Iterable<SortedBatch<K>> | AsyncIterable<SortedBatch<K>>,
  pacing: Pacing,
): Promise<TreeRoot> {
  const sink = (bytes: Uint8Array): string => nodes.put(bytes, false);
  const tower = new Tower<K>(kind, 0, sink);
  const leaves = new LeafChunker<K>(kind, sink, (chunk) => {
    tower.add(chunk);
    hasMade = true;
  });
  let last: K | undefined;
  let hasMade = false;
  for await (const { keys, values } of batches) {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (!isKey(kind, key)) throw new TreeInputError(`${shown(key)} is not a ${kind} key`);
      if (last !== undefined && !(last < key))
        throw new TreeInputError(`${shown(key)} follows ${shown(last)}`);
      leaves.push(key, values[i]!);
      last = key;
      if (!hasMade) continue;
      hasMade = false;
      const pause = breathe(nodes, pacing);
      if (pause instanceof Promise) await pause;
    }
  }
  leaves.close();
  return tower.finish();
}
