import type { RootDatabase } from 'lmdb';
import { LRUCache } from 'lru-cache';
import type { Lsn } from '../../../entry/entry';
import { StoreCorruptError } from '../../errors';
import { branchKey, entryKey, scratchEntryKey } from '../keys';
import { type Block, type BlockItem, decodeBlock } from './block';
import { KnownSpans, type Span } from './known-spans';

/** Bytes of decompressed blocks kept. */
const CACHE_BYTES = 8 << 20;

/** A block and the branch on whose chain it lies. */
interface Recent {
  readonly branchId: number;
  readonly block: Block;
}

/** An entry in the log. */
export interface Located {
  readonly branchId: number;
  readonly block: Block;
  readonly item: BlockItem;
}

/** Finds blocks by the LSNs they hold, in the transaction that is current. All methods throw StoreCorruptErrors. */
export class BlockReader {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #location: string;
  readonly #spans = new KnownSpans();
  /** By the LSN of their last entry. */
  readonly #cache: LRUCache<Lsn, Block> | undefined;
  #recent: Recent | undefined;

  /**
   * Without a cache nothing is kept from one call to the next: so within a write transaction, which may see what is
   * never committed.
   */
  constructor(db: RootDatabase<Buffer, Buffer>, location: string, hasCache: boolean) {
    this.#db = db;
    this.#location = location;
    if (hasCache) {
      this.#cache = new LRUCache({ maxSize: CACHE_BYTES, sizeCalculation: (block) => block.weight });
    }
  }

  /** The block that covers an LSN; it need not hold an entry of just that one. */
  covering(branchId: number, lsn: Lsn): Block | undefined {
    const recent = this.#recent;
    if (recent?.branchId === branchId && covers(recent.block.span, lsn)) {
      return recent.block;
    }
    const span = this.#spans.covering(branchId, lsn);
    if (span !== undefined) {
      const block = this.#cache?.get(span.last) ?? this.#at(branchId, span.last);
      if (block !== undefined && covers(block.span, lsn)) return this.#met(branchId, block);
      this.#spans.forget(branchId, span);
    }
    const exact = this.#at(branchId, lsn);
    if (exact !== undefined) return this.#met(branchId, exact);
    const next = this.from(branchId, lsn);
    return next !== undefined && covers(next.span, lsn) ? next : undefined;
  }

  /** Forgets what it knows. */
  clear(): void {
    this.#recent = undefined;
    this.#cache?.clear();
    this.#spans.clear();
  }

  /** The span of the block that covers an LSN, if that is known without looking. */
  knownSpan(branchId: number, lsn: Lsn): Span | undefined {
    return this.#spans.covering(branchId, lsn);
  }

  /** The first block that reaches up to an LSN or begins after it. */
  from(branchId: number, lsn: Lsn): Block | undefined {
    const [block] = this.range(branchId, lsn, 1);
    return block;
  }

  /** The blocks from the one that reaches up to an LSN on. */
  *range(branchId: number, lsn: Lsn, limit?: number): Generator<Block, void, undefined> {
    const range = { start: entryKey(branchId, lsn), end: branchKey(branchId + 1) };
    for (const { value } of this.#db.getRange(limit === undefined ? range : { ...range, limit })) {
      yield this.#met(
        branchId,
        this.#reading(branchId, lsn, () => decodeBlock(value)),
      );
    }
  }

  /** The last block that ends at or before an LSN; birth entries are not looked at. */
  before(branchId: number, lsn: Lsn): Block | undefined {
    const range = {
      start: entryKey(branchId, lsn),
      end: entryKey(branchId, branchId),
      reverse: true,
      limit: 1,
    };
    const [last] = this.#db.getRange(range);
    return (
      last &&
      this.#met(
        branchId,
        this.#reading(branchId, lsn, () => decodeBlock(last.value)),
      )
    );
  }

  /** The entry at an LSN, with its block. */
  item(branchId: number, lsn: Lsn): Located | undefined {
    const block = this.covering(branchId, lsn);
    const item = block && this.#reading(branchId, lsn, () => block.item(lsn));
    return block && item && { branchId, block, item };
  }

  /** A block's entries, in order. */
  items(branchId: number, block: Block): readonly BlockItem[] {
    return this.#reading(branchId, block.span.last, () => [...block.items()]);
  }

  /** The last entry at or before an LSN; birth entries are not looked at. */
  itemAtOrBefore(branchId: number, lsn: Lsn): BlockItem | undefined {
    const block = this.covering(branchId, lsn) ?? this.before(branchId, lsn);
    return block && this.#reading(branchId, lsn, () => block.itemAtOrBefore(lsn));
  }

  /** An entry's payload: a view. */
  payload(branchId: number, block: Block, item: BlockItem): Buffer {
    return this.#reading(branchId, item.lsn, () => block.payload(item));
  }

  #at(branchId: number, lsn: Lsn): Block | undefined {
    const bytes = this.#db.getBinaryFast(scratchEntryKey(branchId, lsn));
    if (bytes === undefined) return undefined;
    return this.#reading(branchId, lsn, () => decodeBlock(view(bytes)).detach());
  }

  /** Keeps what may be wanted again: blocks of one entry are soon part of others. */
  #met(branchId: number, block: Block): Block {
    if (this.#cache === undefined || block.count === 1 || this.#recent?.block === block) return block;
    this.#recent = { branchId, block };
    const { span } = block;
    if (this.#cache.get(span.last) !== block) this.#cache.set(span.last, block);
    this.#spans.learn(branchId, span);
    return block;
  }

  #reading<T>(branchId: number, lsn: Lsn, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const problem = `entry ${lsn} of branch ${branchId}: ${error.message}`;
      throw new StoreCorruptError(this.#location, problem, error);
    }
  }
}

function covers(span: Span, lsn: Lsn): boolean {
  return span.first <= lsn && lsn <= span.last;
}

/** What LMDB handed out, with the length it says: the buffer behind it is larger. */
function view(bytes: Buffer): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
