import { invertedKey, splitKey } from '@argon/bson';
import type { Direction } from '../../sort/parse';
import type { FoundEntry } from './index-records';
import type { PlannedIndex } from './planned-index';

/** One of the streams being merged: what it gave last, and what is first of that. */
interface Stream {
  readonly batches: AsyncIterator<readonly FoundEntry[]>;
  readonly orderOf: (key: string) => string;
  /** Its place among the streams, which decides between equals. */
  readonly place: number;
  batch: readonly FoundEntry[];
  at: number;
  order: string;
}

/** Entries of several indexes, each in the order of a sort, as one list in that order. */
export class MergedStreams {
  readonly #heap: Stream[] = [];

  private constructor() {}

  static async open(
    sources: readonly {
      readonly index: PlannedIndex;
      readonly batches: AsyncIterator<readonly FoundEntry[]>;
    }[],
    sort: ReadonlyMap<string, Direction>,
  ): Promise<MergedStreams> {
    const merged = new MergedStreams();
    for (const [place, { index, batches }] of sources.entries()) {
      const stream: Stream = { batches, orderOf: orderIn(index, sort), place, batch: [], at: 0, order: '' };
      if (await advance(stream)) merged.#heap.push(stream);
    }
    merged.#heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    return merged;
  }

  /** The next entry; undefined at the end. */
  async next(): Promise<FoundEntry | undefined> {
    const [first] = this.#heap;
    if (first === undefined) return undefined;
    const entry = first.batch[first.at]!;
    first.at++;
    if (first.at < first.batch.length) first.order = first.orderOf(first.batch[first.at]!.key);
    else if (!(await advance(first))) {
      const last = this.#heap.pop()!;
      if (last === first) return entry;
      this.#heap[0] = last;
    }
    sink(this.#heap);
    return entry;
  }

  /** Stops streams that are not at their end. */
  async close(): Promise<void> {
    for (const { batches } of this.#heap) await batches.return?.();
  }
}

/** Makes what entries are compared by: the keys of the fields that are sorted by, each in its direction. */
function orderIn(index: PlannedIndex, sort: ReadonlyMap<string, Direction>): (key: string) => string {
  const fields = [...sort].map(([path, direction]) => {
    const at = index.fields.findIndex((field) => field.path === path);
    return { at, isInverted: direction === -1 };
  });
  return (key) => {
    const parts = splitKey(key, index.directions);
    let order = '';
    for (const { at, isInverted } of fields) order += isInverted ? invertedKey(parts[at]!) : parts[at]!;
    return order;
  };
}

/** Brings the next batch that is not empty. */
async function advance(stream: Stream): Promise<boolean> {
  for (;;) {
    const { done, value } = await stream.batches.next();
    if (done === true) return false;
    if (value.length === 0) continue;
    stream.batch = value;
    stream.at = 0;
    stream.order = stream.orderOf(value[0]!.key);
    return true;
  }
}

function isBefore(a: Stream, b: Stream): boolean {
  return a.order < b.order || (a.order === b.order && a.place < b.place);
}

function sink(heap: Stream[]): void {
  const top = heap[0]!;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, top)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = top;
}
