import { documentId, idKey, type Value } from '@argon/bson';
import type { Draft } from '@argon/engine';
import type { Chunk } from '../copy/read-documents';
import { heldOf, writeImages, type Held, type Image } from './apply-images';

/** How far a collection is after a chunk; undefined: to its end. */
export type Reached = Value | undefined;

/** With more than this that the branch has within a chunk's range, the chunk is cut. */
const MAX_HELD = 10_000;

/** Puts documents of a collection of which the branch has nothing there. */
export async function insertChunk(draft: Draft, { collection, documents }: Chunk): Promise<Reached> {
  for (const bytes of documents) await draft.insert(collection, bytes);
  return documents.length === 0 ? undefined : documentId(documents.at(-1)!);
}

/** Makes a range of a collection what the chunk has; what the branch has besides goes. */
export async function compareChunk(draft: Draft, chunk: Chunk): Promise<Reached> {
  const { collection } = chunk;
  const { held, last } = await heldWithin(draft, chunk);
  const images = new Map<string, Image>();
  for (const bytes of chunk.documents) {
    const id = documentId(bytes)!;
    const key = idKey(id);
    if (last === undefined || key <= last.key) images.set(key, { id, bytes });
  }
  for (const [key, { bytes }] of held)
    if (!images.has(key)) images.set(key, { id: documentId(bytes)!, bytes: null });
  await writeImages(draft, collection, images, held);
  return last === undefined ? chunk.through : last.id;
}

interface HeldRange {
  readonly held: ReadonlyMap<string, Held>;
  /** Where it was cut; undefined: it was not. */
  readonly last: { readonly key: string; readonly id: Value } | undefined;
}

async function heldWithin(draft: Draft, { collection, after, through }: Chunk): Promise<HeldRange> {
  const view = draft.collection(collection);
  const [byId] = view.indexes;
  const index = byId && (await view.index(byId));
  if (index === undefined || view.count === 0) return { held: new Map(), last: undefined };
  const scan = index.scan({
    ...(after === undefined ? {} : { from: idKey(after), fromInclusive: false }),
    ...(through === undefined ? {} : { to: idKey(through) }),
  });
  const keys: string[] = [];
  let isCut = false;
  for (let batch = await scan.next(); batch !== undefined && !isCut; batch = await scan.next()) {
    for (const { key } of batch) keys.push(key);
    isCut = keys.length >= MAX_HELD;
  }
  const held = await heldOf(view, keys);
  const key = keys.at(-1)!;
  return { held, last: isCut ? { key, id: documentId(held.get(key)!.bytes)! } : undefined };
}
