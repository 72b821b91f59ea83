import { documentId, idKey } from '@argon/bson';
import type { Draft } from '@argon/engine';
import { heldOf, writeImages, type Image } from './apply-images';

/**
 * Makes a collection what it is found to be, in one commit however large it is.
 * @returns how many documents it has
 */
export async function writeWhole(
  draft: Draft,
  collection: string,
  batches: AsyncIterable<readonly Uint8Array[]>,
  isNew: boolean,
): Promise<number> {
  const seen = new Set<string>();
  let documents = 0;
  for await (const batch of batches) {
    const images = new Map<string, Image>();
    for (const bytes of batch) {
      const id = documentId(bytes)!;
      images.set(idKey(id), { id, bytes });
    }
    documents += batch.length;
    if (!isNew) for (const key of images.keys()) seen.add(key);
    const held = isNew ? new Map<string, never>() : await heldOf(draft.collection(collection), images.keys());
    await writeImages(draft, collection, images, held);
    await draft.relieve();
  }
  if (!isNew) await removeOthers(draft, collection, seen);
  return documents;
}

async function removeOthers(draft: Draft, collection: string, seen: ReadonlySet<string>): Promise<void> {
  for await (const { refs, documents } of draft.collection(collection).scan()) {
    for (const [i, bytes] of documents.entries()) {
      if (!seen.has(idKey(documentId(bytes)))) await draft.remove(collection, { ...refs[i]!, bytes });
    }
    await draft.relieve();
  }
}
