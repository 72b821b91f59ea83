import { invertedKey, splitKey } from '@argon/bson';
import type { IndexEntry, IndexView } from '@argon/materializer';
import type { KeyRanges, Range } from './key-ranges';

export interface KeyScanOptions {
  readonly reverse: boolean;
  /** How many entries the first look asks for; later ones ask for more. */
  readonly batchSize: number;
}

/** What a scan looked at. */
export interface KeysExamined {
  keys: number;
  seeks: number;
}

const LARGEST_BATCH = 256;

/** The entries of an index within bounds, in its order or in reverse, batch by batch. */
export async function* scanKeys(
  view: IndexView,
  bounds: KeyRanges,
  options: KeyScanOptions,
  examined: KeysExamined,
): AsyncGenerator<readonly IndexEntry[]> {
  let { batchSize } = options;
  for (const range of bounds.ranges(options.reverse)) {
    let place: Range | undefined = range;
    while (place !== undefined) {
      examined.seeks++;
      const scan = view.scan({ ...place, toInclusive: false, reverse: options.reverse, batchSize });
      let next: string | undefined;
      do {
        const found = scan.next();
        const batch = found instanceof Promise ? await found : found;
        if (batch === undefined) break;
        if (bounds.isExact) {
          examined.keys += batch.length;
          yield batch;
        } else {
          const within: IndexEntry[] = [];
          next = filter(batch, bounds, options.reverse, within, examined);
          if (within.length > 0) yield within;
        }
        batchSize = Math.min(LARGEST_BATCH, batchSize * 2);
      } while (next === undefined);
      place = next === undefined ? undefined : rest(place, next, options.reverse);
    }
  }
}

/** What is left of a range from a place on; undefined if nothing is. */
function rest(range: Range, place: string, reverse: boolean): Range | undefined {
  const left = reverse ? { from: range.from, to: place } : { from: place, to: range.to };
  return left.from < left.to ? left : undefined;
}

/** Picks the entries within bounds. Says where to go on if that is beyond the batch. */
function filter(
  batch: readonly IndexEntry[],
  bounds: KeyRanges,
  reverse: boolean,
  within: IndexEntry[],
  examined: KeysExamined,
): string | undefined {
  let skipTo: string | undefined;
  for (const entry of batch) {
    if (skipTo !== undefined) {
      if (reverse ? entry.key >= skipTo : entry.key < skipTo) continue;
      skipTo = undefined;
    }
    examined.keys++;
    skipTo = bounds.rejection(storedParts(entry.key, bounds.fieldDirections), reverse);
    if (skipTo === undefined) within.push(entry);
  }
  return skipTo;
}

function storedParts(key: string, directions: readonly (1 | -1)[]): readonly string[] {
  const parts = splitKey(key, directions);
  return parts.map((part, index) => (directions[index] === -1 ? invertedKey(part) : part));
}
