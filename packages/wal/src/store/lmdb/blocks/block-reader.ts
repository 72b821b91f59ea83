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
    if (recent?.branchId === branchId && recent.block.first.lsn <= lsn && lsn <= recent.block.last.lsn) {
      return recent.block;
    }
    const span = this.#spans.covering(branchId, lsn);
    if (span !== undefined) {
      const block = this.#cache?.get(span.last) ?? this.#at(branchId, span.last);
      if (block !== undefined) return this.#met(branchId, block);
      this.#spans.forget(branchId, span);
    }
    const exact = this.#at(branchId, lsn);
    if (exact !== undefined) return this.#met(branchId, exact);
    const next = this.from(branchId, lsn);
    return next !== undefined && next.first.lsn <= lsn ? next : undefined;
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
      yield this.#met(branchId, this.#decoded(branchId, lsn, value));
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
    return last && this.#met(branchId, this.#decoded(branchId, lsn, last.value));
  }

  /** An entry's payload: a view. */
  payload(branchId: number, block: Block, item: BlockItem): Buffer {
    try {
      return block.payload(item);
    } catch (error) {
      throw this.#corrupt(branchId, item.lsn, error);
    }
  }

  #at(branchId: number, lsn: Lsn): Block | undefined {
    const bytes = this.#db.getBinaryFast(scratchEntryKey(branchId, lsn));
    if (bytes === undefined) return undefined;
    const block = this.#decoded(branchId, lsn, view(bytes));
    try {
      return block.detach();
    } catch (error) {
      throw this.#corrupt(branchId, lsn, error);
    }
  }

  /** Keeps what may be wanted again: blocks of one entry are soon part of others. */
  #met(branchId: number, block: Block): Block {
    if (this.#cache === undefined || block.items.length === 1) return block;
    const { first, last } = block;
    if (this.#recent?.block !== block) {
      this.#recent = { branchId, block };
      if (this.#cache.get(last.lsn) !== block) this.#cache.set(last.lsn, block);
      this.#spans.learn(branchId, {
        first: first.lsn,
        last: last.lsn,
        firstTime: first.timestamp,
        lastTime: last.timestamp,
      });
    }
    return block;
  }

  #decoded(branchId: number, lsn: Lsn, bytes: Buffer): Block {
    try {
      return decodeBlock(bytes);
    } catch (error) {
      throw this.#corrupt(branchId, lsn, error);
    }
  }

  #corrupt(branchId: number, lsn: Lsn, error: unknown): unknown {
    if (!(error instanceof RangeError)) return error;
    return new StoreCorruptError(this.#location, `entry ${lsn} of branch ${branchId}: ${error.message}`, error);
  }
}

/** What LMDB handed out, with the length it says: the buffer behind it is larger. */
function view(bytes: Buffer): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
