import type { MaybePromise } from '@argon/wal';
import type { Key } from '../key';
import type { TreeBatch } from '../scan';
import { Tree } from '../tree';
import type { NodeStore } from '../node-store';
import type { Item, SortedMap } from './sorted-map';

/** Everything that a scan or a diff gives, batch by batch. */
export async function allOf<T>(source: { next(): MaybePromise<T | undefined> }): Promise<T[]> {
  const all: T[] = [];
  for (let next = await source.next(); next !== undefined; next = await source.next()) all.push(next);
  return all;
}

export async function itemsOf<K extends Key>(source: {
  next(): MaybePromise<TreeBatch<K> | undefined>;
}): Promise<Item<K>[]> {
  const batches = await allOf(source);
  return batches.flatMap(({ keys, values }) =>
    Array.from(keys as Iterable<K>, (key, i): Item<K> => [key, values[i]!]),
  );
}

/** A tree of what a map holds, made at once. */
export async function builtOf<K extends Key>(
  nodes: NodeStore,
  kind: 'number' | 'string',
  map: SortedMap<K>,
): Promise<Tree<K>> {
  const items = map.sorted();
  const batches: { keys: K[]; values: number[] }[] = [];
  for (let from = 0; from < items.length; from += 1_000) {
    const part = items.slice(from, from + 1_000);
    batches.push({ keys: part.map(([key]) => key), values: part.map(([, value]) => value) });
  }
  return (await Tree.build(nodes, kind as 'number', batches as never)) as unknown as Tree<K>;
}
