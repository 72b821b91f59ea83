import type { CollectionState } from '@argon/materializer';
import type { CollectionView } from './collection-view';

/** By states, which never change: counted once each. */
const SIZES = new WeakMap<CollectionState, number>();

/** The bytes of a collection's documents. Looks at every document of a state that it was not yet asked of. */
export async function dataSize(view: CollectionView, check: () => void = () => {}): Promise<number> {
  const { collection } = view;
  if (collection === undefined) return 0;
  const known = SIZES.get(collection);
  if (known !== undefined) return known;
  let bytes = 0;
  for await (const { documents } of view.scan()) {
    check();
    for (const document of documents) bytes += document.length;
  }
  SIZES.set(collection, bytes);
  return bytes;
}

/** Tells what a state holds that nobody has to count. */
export function noteDataSize(collection: CollectionState, bytes: number): void {
  SIZES.set(collection, bytes);
}
