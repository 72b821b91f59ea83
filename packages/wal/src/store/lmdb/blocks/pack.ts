import type { Lsn } from '../../../entry/entry';
import { atOnce, type Steps } from '../../../pacing/steps';
import { encodeBlock } from './encode-block';
import { type Item, itemWeight } from './item';

/** What LMDB gives a large value is whole pages, less its own header in the first (16 bytes; some room to spare). */
const BLOCK_BYTES = 2 * 4096 - 32;
/** A block that uses less of its pages is made again with more entries. */
const WELL_FILLED = 0.93 * BLOCK_BYTES;
/** Entries of one block before compression: reading any of them decompresses all. */
const RAW_BYTES = 32 * 1024;
const MAX_ITEMS = 1000;
const MAX_TRIES = 4;

/** A block and how far in the items it reaches, exclusive. */
export interface PackedBlock {
  readonly lastLsn: Lsn;
  readonly end: number;
  readonly bytes: Buffer;
}

// Only a first guess of how well the next block compresses, so all branches share it.
let expectedRatio = 0.6;

/** Blocks that are as large as they should be, of items in order; what is left at the end is too little for one. */
export function packBlocks(items: readonly Item[]): PackedBlock[] {
  return atOnce(packing(items));
}

/** As `packBlocks`, in steps of a block. */
export function* packing(items: readonly Item[]): Steps<PackedBlock[]> {
  const weights = items.map(itemWeight);
  const blocks: PackedBlock[] = [];
  for (let from = 0; from < items.length;) {
    const block = packOne(items, weights, from);
    if (block === undefined) break;
    blocks.push(block);
    from = block.end;
    yield;
  }
  return blocks;
}

/** The block that begins at `from`; undefined if the items do not fill one. */
function packOne(items: readonly Item[], weights: readonly number[], from: number): PackedBlock | undefined {
  let wanted = BLOCK_BYTES / expectedRatio;
  let fitting: PackedBlock | undefined;
  let found: PackedBlock | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { end, weight, isFull } = take(items, weights, from, wanted);
    if (!isFull || end === found?.end || end === fitting?.end) break;
    const bytes = encodeBlock(items, from, end);
    found = { lastLsn: items[end - 1]!.lsn, end, bytes };
    expectedRatio = Math.max(bytes.length / weight, 0.05);
    if (bytes.length > BLOCK_BYTES) {
      // One entry that is larger than a block is one.
      if (end === from + 1 || fitting !== undefined) break;
      wanted = (BLOCK_BYTES / expectedRatio) * 0.98;
      continue;
    }
    fitting = found;
    if (bytes.length >= WELL_FILLED || weight >= RAW_BYTES * 0.9) break;
    wanted = (BLOCK_BYTES / expectedRatio) * 0.98;
  }
  return fitting ?? found;
}

/** As many items from `from` on as weigh about what is wanted; at least one. */
function take(
  items: readonly Item[],
  weights: readonly number[],
  from: number,
  wanted: number,
): { end: number; weight: number; isFull: boolean } {
  const most = Math.min(wanted, RAW_BYTES);
  const last = Math.min(items.length, from + MAX_ITEMS);
  let weight = weights[from]!;
  let end = from + 1;
  while (end < last && weight + weights[end]! <= most) weight += weights[end++]!;
  return { end, weight, isFull: end < items.length || weight >= most };
}
