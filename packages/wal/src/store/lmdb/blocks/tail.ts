import type { Lsn } from '../../../entry/entry';
import type { Steps } from '../../../pacing/steps';
import { branchKey, entryKey } from '../keys';
import type { RefsSource } from '../refs-reader';
import type { WriteTransaction } from '../write-transaction';
import { decodeBlock } from './block';
import { encodeBlock } from './encode-block';
import { type Item, itemWeight } from './item';
import { packing } from './pack';

/**
 * The end of a branch's chain, whose entries lie one by one until there are enough for blocks: small commits are
 * written as they are, and compressed together with their neighbours later.
 */
export interface Tail {
  /** Entries after this one lie one by one. */
  readonly lsn: Lsn;
  /** About how many bytes they are. */
  readonly bytes: number;
}

/** A longer tail is packed. Twice what a block takes, so that packing leaves something to pack with what comes. */
const MAX_TAIL_BYTES = 64 * 1024;

/** What is to be written for a branch's next entries; nothing is, until `writeTail`. */
export interface TailWrites {
  readonly tail: Tail;
  readonly removed: readonly Buffer[];
  readonly puts: readonly (readonly [key: Buffer, block: Buffer])[];
}

/**
 * Puts items at the end of a chain: by themselves, or in blocks together with what lies there already.
 * @param lying gives what lies there, as `lyingAfter` does
 * @throws RangeError if something that lies there is damaged
 */
export function* extending(
  lying: () => readonly Buffer[],
  branchId: number,
  tail: Tail,
  items: readonly Item[],
): Steps<TailWrites> {
  const put = (lsn: Lsn, block: Buffer) => [entryKey(branchId, lsn), block] as const;
  const single = (item: Item) => put(item.lsn, encodeBlock([item], 0, 1));
  const bytes = tail.bytes + weightOf(items);
  if (bytes < MAX_TAIL_BYTES) {
    return { tail: { lsn: tail.lsn, bytes }, removed: [], puts: items.map(single) };
  }
  const before = tail.bytes === 0 ? [] : lying().flatMap((value) => decodeBlock(value).unpacked());
  const all = [...before, ...items];
  const blocks = yield* packing(all);
  const end = blocks[blocks.length - 1]?.end ?? 0;
  const lastLsns = new Set(blocks.map(({ lastLsn }) => lastLsn));
  const removed = before.slice(0, end).filter(({ lsn }) => !lastLsns.has(lsn));
  const rest = all.slice(Math.max(end, before.length));
  return {
    tail: { lsn: end === 0 ? tail.lsn : all[end - 1]!.lsn, bytes: weightOf(all.slice(end)) },
    removed: removed.map(({ lsn }) => entryKey(branchId, lsn)),
    puts: [...blocks.map((block) => put(block.lastLsn, block.bytes)), ...rest.map(single)],
  };
}

/** What lies one by one at the end of a chain. */
export function lyingAfter(source: RefsSource, branchId: number, { lsn }: Tail): readonly Buffer[] {
  return source.range(entryKey(branchId, lsn + 1), branchKey(branchId + 1));
}

export function writeTail(transaction: WriteTransaction, { removed, puts }: Omit<TailWrites, 'tail'>): void {
  for (const key of removed) transaction.remove(key);
  for (const [key, block] of puts) transaction.put(key, block);
}

function weightOf(items: readonly Item[]): number {
  let weight = 0;
  for (const item of items) weight += itemWeight(item);
  return weight;
}
