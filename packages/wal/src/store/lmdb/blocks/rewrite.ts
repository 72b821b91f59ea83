import { entryChecksum } from '../../../entry/codec';
import type { Entry, Lsn } from '../../../entry/entry';
import type { BranchRecord } from '../../../refs/records';
import { StoreCorruptError } from '../../errors';
import type { EntryRewrite } from '../../store';
import type { ChainReader } from '../chain-reader';
import { branchKey, entryKey } from '../keys';
import type { StoredBranch } from '../record-codec';
import type { WriteTransaction } from '../write-transaction';
import { type Block, decodeBlock } from './block';
import type { Dependents } from './dependents';
import { encodeBlock } from './encode-block';
import { type Item, itemOf } from './item';
import { packBlocks } from './pack';
import type { TailWrites } from './tail';

/** What becomes of an entry: it goes, loses its document, or is stored whole instead of as a delta. */
type Fate = EntryRewrite['keep'] | 'image';

/**
 * What it takes to take entries and documents away: blocks that hold any are made again without them, together with
 * their neighbours if those are made again too. What is a delta of something that goes becomes an image.
 */
export function rewriteBlocks(
  transaction: WriteTransaction,
  chains: ChainReader,
  { record, tail }: StoredBranch,
  changes: readonly EntryRewrite[],
  dependents: Dependents,
): Omit<TailWrites, 'tail'> {
  const { id: branchId } = record;
  const tailLsn = tail.lsn;
  const fates = new Map<Lsn, Fate>(changes.map(({ lsn, keep }) => [lsn, keep]));
  for (const { lsn } of changes) {
    for (const delta of dependents.on(lsn)) if (!fates.has(delta)) fates.set(delta, 'image');
  }
  const removed: Buffer[] = [];
  const puts: (readonly [Buffer, Buffer])[] = [];
  let run: Item[] = [];
  let runEnd = 0;
  const finish = () => {
    let from = 0;
    for (const block of packBlocks(run)) {
      puts.push([entryKey(branchId, block.lastLsn), block.bytes]);
      from = block.end;
    }
    if (from < run.length) {
      puts.push([entryKey(branchId, run[run.length - 1]!.lsn), encodeBlock(run, from, run.length)]);
    }
    run = [];
  };
  for (const lsn of [...fates.keys()].sort((a, b) => a - b)) {
    if (lsn <= runEnd) continue;
    const block = blockOf(transaction, branchId, lsn);
    if (block === undefined) continue;
    // Nothing lies between this block and the last one that was made again.
    const isNext = blockOf(transaction, branchId, runEnd + 1)?.span.last === block.span.last;
    if (!isNext || block.span.last > tailLsn) finish();
    removed.push(entryKey(branchId, block.span.last));
    for (const item of block.unpacked()) {
      const kept = changed(chains, record, item, fates.get(item.lsn));
      if (kept !== undefined) run.push(kept);
    }
    runEnd = block.span.last;
    // Entries of the tail lie one by one.
    if (runEnd > tailLsn) finish();
  }
  finish();
  return { removed, puts };
}

/** The block that covers an LSN or, if none does, the next one. */
function blockOf(transaction: WriteTransaction, branchId: number, lsn: Lsn): Block | undefined {
  const [value] = transaction.range(entryKey(branchId, lsn), branchKey(branchId + 1), 1);
  return value && decodeBlock(value);
}

function changed(
  chains: ChainReader,
  record: BranchRecord,
  item: Item,
  fate: Fate | undefined,
): Item | undefined {
  if (fate === undefined) return item;
  if (fate === 'nothing') return undefined;
  const entry = fate === 'image' ? imageOf(chains, record, item.lsn) : chains.entry(record.id, item.lsn)!;
  return entry === undefined ? item : itemOf(fate === 'hollow' ? hollow(entry) : entry);
}

/**
 * The entry with its document; undefined if what that is made of is gone, as it may be on a deleted branch whose deleted
 * parent was compacted before: then nobody will ever want it.
 */
function imageOf(chains: ChainReader, { id, status }: BranchRecord, lsn: Lsn): Entry | undefined {
  try {
    return chains.entry(id, lsn);
  } catch (error) {
    if (error instanceof StoreCorruptError && status === 'deleted') return undefined;
    throw error;
  }
}

/** The entry without its document. */
function hollow(entry: Entry): Entry {
  const bare = { ...entry, document: null };
  return { ...bare, checksum: entryChecksum(bare) };
}
