import type { Lsn } from '@argon/wal';
import { LRUCache } from 'lru-cache';

/** What a cached document costs besides its bytes: the typed array, its buffer and the cache's own lists. */
const OVERHEAD = 256;
/** A document may lie in a buffer this many times as large: more, and too much would stay in memory for it. */
const MOST_SLACK = 2;
/** Of the cache, the part up to which documents are kept that nobody has read. */
const ROOM_FOR_LENT = 0.75;

/**
 * Document versions by LSN, bounded in bytes. A version never changes and an LSN is unique in the store, so every
 * branch and every moment shares them and nothing is ever invalidated.
 */
export class DocumentCache {
  readonly #documents: LRUCache<Lsn, Uint8Array | Lent> | undefined;
  readonly #roomForLent: number;
  hits = 0;
  misses = 0;

  /** @param maxBytes 0 turns it off */
  constructor(maxBytes: number) {
    this.#roomForLent = maxBytes * ROOM_FOR_LENT;
    if (maxBytes <= 0) return;
    this.#documents = new LRUCache<Lsn, Uint8Array | Lent>({
      maxSize: maxBytes,
      // One document may take an eighth at most: a few large ones must not sweep out everything else.
      maxEntrySize: Math.max(OVERHEAD + 1, maxBytes >> 3),
      sizeCalculation: (document) => document.byteLength + OVERHEAD,
    });
  }

  get bytes(): number {
    return this.#documents?.calculatedSize ?? 0;
  }

  get size(): number {
    return this.#documents?.size ?? 0;
  }

  get(lsn: Lsn): Uint8Array | undefined {
    return this.#found(lsn, this.#documents?.get(lsn));
  }

  /** As `get`, for one of many that are read together: it does not count as lately used, which takes most of the time. */
  getOfMany(lsn: Lsn): Uint8Array | undefined {
    return this.#found(lsn, this.#documents?.peek(lsn));
  }

  #found(lsn: Lsn, document: Uint8Array | Lent | undefined): Uint8Array | undefined {
    if (document === undefined) {
      this.misses += 1;
      return undefined;
    }
    this.hits += 1;
    if (!(document instanceof Lent)) return document;
    const own = owned(document.bytes);
    this.#documents!.set(lsn, own);
    return own;
  }

  set(lsn: Lsn, document: Uint8Array): void {
    this.#documents?.set(lsn, owned(document));
  }

  /**
   * As `set`, for one of many that lie in one buffer, as those of an import do: most of them are not read before they go,
   * so one is copied only when it is. Kept while there is room: what is read is not swept out for them.
   */
  lend(lsn: Lsn, document: Uint8Array): void {
    if (this.bytes < this.#roomForLent) this.#documents!.set(lsn, new Lent(document));
  }
}

/** A document that may lie in a buffer with others. */
class Lent {
  constructor(readonly bytes: Uint8Array) {}

  get byteLength(): number {
    return this.bytes.byteLength;
  }
}

/**
 * The document as a Buffer, which is what decoders work on; copied if it is a view into a much larger buffer, which
 * would otherwise stay in memory as a whole.
 */
function owned(document: Uint8Array): Buffer {
  const { buffer, byteOffset, byteLength } = document;
  if (buffer.byteLength <= MOST_SLACK * byteLength + OVERHEAD) {
    return Buffer.isBuffer(document) ? document : Buffer.from(buffer, byteOffset, byteLength);
  }
  const copy = Buffer.allocUnsafeSlow(byteLength);
  copy.set(document);
  return copy;
}
