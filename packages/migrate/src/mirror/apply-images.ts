import type { Value } from '@argon/bson';
import type { CollectionView, Draft } from '@argon/engine';
import type { Lsn } from '@argon/wal';

/** What a document is to be: bytes, or gone (null). */
export interface Image {
  readonly id: Value;
  readonly bytes: Uint8Array | null;
  /** It was deleted, and put in again: behind all others. */
  readonly isAnew?: boolean;
}

/** Documents that are to be so, by the key of their `_id`. */
export type ImageMap = ReadonlyMap<string, Image>;

/** A document as the branch has it. */
export interface Held {
  readonly record: Lsn;
  readonly lsn: Lsn;
  readonly bytes: Uint8Array;
}

/** What a branch has under these keys. */
export async function heldOf(
  view: CollectionView,
  keys: Iterable<string>,
): Promise<ReadonlyMap<string, Held>> {
  const { collection } = view;
  if (collection === undefined || collection.count === 0) return new Map();
  const found: { key: string; record: Lsn; lsn: Lsn }[] = [];
  for (const key of keys) {
    const ref = collection.byId(key);
    const known = ref instanceof Promise ? await ref : ref;
    if (known !== undefined) found.push({ key, ...known });
  }
  const documents = await view.loadAll(found);
  return new Map(found.map(({ key, record, lsn }, i) => [key, { record, lsn, bytes: documents[i]! }]));
}

/**
 * Makes documents what they are to be. What is so already costs nothing.
 * @param held what the branch has of them, before the draft changed any
 */
export async function writeImages(
  draft: Draft,
  collection: string,
  images: ImageMap,
  held: ReadonlyMap<string, Held>,
): Promise<void> {
  for (const [key, { id, bytes, isAnew }] of images) {
    const before = held.get(key);
    if (bytes !== null && before !== undefined && isAnew === true) {
      await draft.remove(collection, before);
      await draft.insert(collection, bytes, id);
    } else if (bytes === null) {
      if (before !== undefined) await draft.remove(collection, before);
    } else if (before === undefined) await draft.insert(collection, bytes, id);
    else if (Buffer.compare(before.bytes, bytes) !== 0) await draft.update(collection, before, bytes);
  }
}
