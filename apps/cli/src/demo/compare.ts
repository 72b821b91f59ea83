import { idKey, documentId } from '@argon/bson';
import type { ArgonCollection } from '@argon/driver';
import type { Document } from 'mongodb';

/** How two collections differ, document by document. */
export interface Comparison {
  readonly same: number;
  readonly onlyLeft: number;
  readonly onlyRight: number;
  readonly changed: number;
  /** A few of the changed ones, as they are on either side. */
  readonly sample: readonly (readonly [left: Uint8Array, right: Uint8Array])[];
}

const SAMPLE = 3;

/** Compares two collections, or one on two branches, in the order of `_id`; a stream of each, so of any size. */
export async function compare<T extends Document>(
  left: ArgonCollection<T>,
  right: ArgonCollection<T>,
): Promise<Comparison> {
  let [same, onlyLeft, onlyRight, changed] = [0, 0, 0, 0];
  const sample: (readonly [Uint8Array, Uint8Array])[] = [];
  const [lefts, rights] = [inOrder(left), inOrder(right)];
  let [l, r] = [await lefts.next(), await rights.next()];
  while (l.done !== true || r.done !== true) {
    const order = l.done === true ? 1 : r.done === true ? -1 : compareKeys(l.value.key, r.value.key);
    if (order < 0) {
      onlyLeft++;
      l = await lefts.next();
    } else if (order > 0) {
      onlyRight++;
      r = await rights.next();
    } else {
      const pair = [l.value!.bytes, r.value!.bytes] as const;
      if (Buffer.compare(...pair) === 0) same++;
      else if (++changed <= SAMPLE) sample.push(pair);
      [l, r] = [await lefts.next(), await rights.next()];
    }
  }
  return { same, onlyLeft, onlyRight, changed, sample };
}

interface Keyed {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Documents in bytes, by `_id`. */
async function* inOrder<T extends Document>(
  collection: ArgonCollection<T>,
): AsyncGenerator<Keyed, undefined> {
  const cursor = collection.find({}, { raw: true, batchSize: 5000 }).sort({ _id: 1 });
  try {
    while (await cursor.hasNext()) {
      for (const document of cursor.readBufferedDocuments()) {
        const bytes = document as unknown as Uint8Array;
        yield { key: idKey(documentId(bytes)), bytes };
      }
    }
  } finally {
    await cursor.close();
  }
  return undefined;
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
