import type { Lsn } from '@argon/wal';
import { DocumentSlab } from './document-slab';

/** What a cached document costs besides its bytes: the typed array and the places in lists. As measured, rounded up. */
const OVERHEAD = 176;
/** Bytes of documents that share a buffer, and come and go together unless they are read. */
const SLAB_BYTES = 1024 * 1024;
/** There are so many slabs at least. */
const LEAST_SLABS = 16;
/** Of a slab that must go, the part that may stay for being read: so there is always room afterwards. */
const MOST_KEPT = 0.75;
/** Of the cache, the part up to which documents are kept that nobody has read. */
const ROOM_FOR_UNREAD = 0.75;

/**
 * Document versions by LSN, bounded in bytes. A version never changes and an LSN is unique in the store, so every
 * branch and every moment shares them and nothing is ever invalidated.
 *
 * Small documents cost more to keep apart than they are long, so they lie in slabs. When there is no room the oldest
 * slab goes; those of its documents that were read since they came move to the newest (CLOCK, Corbató 1968), so what is
 * read once, by a scan perhaps, does not sweep out what is read often. A slab lives on while somebody has a document of it.
 */
export class DocumentCache {
  readonly #maxBytes: number;
  readonly #slabBytes: number;
  readonly #numbers = new Map<Lsn, number>();
  /** By number: the document, its LSN, and whether it was read since it came. */
  readonly #documents: (Buffer | undefined)[] = [];
  readonly #lsns: Lsn[] = [];
  readonly #isRead: boolean[] = [];
  readonly #freeNumbers: number[] = [];
  /** Oldest first, from `#firstSlab` on. */
  #slabs: DocumentSlab[] = [];
  #firstSlab = 0;
  #slabsBytes = 0;
  hits = 0;
  misses = 0;

  /** @param maxBytes 0 turns it off */
  constructor(maxBytes: number) {
    this.#maxBytes = Math.max(0, maxBytes);
    this.#slabBytes = Math.min(SLAB_BYTES, Math.floor(this.#maxBytes / LEAST_SLABS));
  }

  /** Bytes that it takes, room in slabs included. */
  get bytes(): number {
    return this.#slabsBytes + this.#numbers.size * OVERHEAD;
  }

  get size(): number {
    return this.#numbers.size;
  }

  get(lsn: Lsn): Uint8Array | undefined {
    const number = this.#numbers.get(lsn);
    if (number !== undefined) this.#isRead[number] = true;
    return this.#counted(number);
  }

  /** As `get`, for one of many that are read together, by a scan perhaps: it is not kept longer for it. */
  getOfMany(lsn: Lsn): Uint8Array | undefined {
    return this.#counted(this.#numbers.get(lsn));
  }

  #counted(number: number | undefined): Uint8Array | undefined {
    if (number === undefined) {
      this.misses += 1;
      return undefined;
    }
    this.hits += 1;
    return this.#documents[number];
  }

  /** One document may take an eighth at most: a few large ones must not sweep out everything else. */
  set(lsn: Lsn, document: Uint8Array): void {
    if (document.length + OVERHEAD > this.#maxBytes / 8 || this.#numbers.has(lsn)) return;
    this.#add(lsn, document);
    while (this.bytes > this.#maxBytes && this.#slabs.length - this.#firstSlab > 1) this.#dropOldest();
  }

  /**
   * As `set`, for the version that takes the place of another: it is as much in use as that was. Otherwise a document
   * that is written often would go as one that nobody has read, while its earlier versions stay.
   */
  replace(lsn: Lsn, document: Uint8Array, before: Lsn): void {
    const wasRead = this.outdate(before);
    this.set(lsn, document);
    const number = this.#numbers.get(lsn);
    if (wasRead && number !== undefined) this.#isRead[number] = true;
  }

  /** A version is no longer that of a head: it goes with its slab, unless it is read once more. Whether it was read. */
  outdate(lsn: Lsn): boolean {
    const number = this.#numbers.get(lsn);
    if (number === undefined || !this.#isRead[number]) return false;
    this.#isRead[number] = false;
    return true;
  }

  /** As `set`, for one of many that most likely nobody reads soon, as those of an import: kept while there is room. */
  offer(lsn: Lsn, document: Uint8Array): void {
    if (this.bytes < this.#maxBytes * ROOM_FOR_UNREAD) this.set(lsn, document);
  }

  /**
   * Keeps documents of one reader, who goes through `outOf` such in all. When those are more than the cache holds, they
   * would sweep out what is of use and be gone themselves before they are read again: then as `offer`.
   */
  fill(lsns: readonly Lsn[], documents: readonly Uint8Array[], outOf: number): void {
    const isMuch = outOf > documents.length && outOf * this.#cost(documents) > this.#maxBytes;
    for (let i = 0; i < lsns.length; i++) {
      if (isMuch) this.offer(lsns[i]!, documents[i]!);
      else this.set(lsns[i]!, documents[i]!);
    }
  }

  /** What one of these documents takes, on average, bytes. */
  #cost(documents: readonly Uint8Array[]): number {
    let bytes = 0;
    for (const document of documents) bytes += document.length;
    return OVERHEAD + bytes / documents.length;
  }

  #add(lsn: Lsn, document: Uint8Array): void {
    const slab = this.#slabFor(document.length);
    const number = this.#freeNumbers.pop() ?? this.#documents.length;
    this.#documents[number] = slab.add(document, number);
    this.#lsns[number] = lsn;
    this.#isRead[number] = false;
    this.#numbers.set(lsn, number);
  }

  #slabFor(length: number): DocumentSlab {
    const newest = this.#slabs.at(-1);
    if (newest !== undefined && newest.hasRoom(length)) return newest;
    const slab = new DocumentSlab(Math.max(length, this.#slabBytes));
    this.#slabsBytes += slab.capacity;
    // A large document has a slab to itself; the one that is being filled goes on.
    if (length > this.#slabBytes && newest !== undefined) this.#slabs.splice(-1, 0, slab);
    else this.#slabs.push(slab);
    return slab;
  }

  #dropOldest(): void {
    const slab = this.#slabs[this.#firstSlab++]!;
    if (this.#firstSlab > 64 && this.#firstSlab > this.#slabs.length >> 1) {
      this.#slabs = this.#slabs.slice(this.#firstSlab);
      this.#firstSlab = 0;
    }
    this.#slabsBytes -= slab.capacity;
    let room = slab.capacity * MOST_KEPT;
    for (const number of slab.numbers) {
      const [lsn, document, isRead] = [this.#lsns[number]!, this.#documents[number]!, this.#isRead[number]];
      this.#numbers.delete(lsn);
      this.#documents[number] = undefined;
      this.#freeNumbers.push(number);
      if (isRead !== true || document.length > room) continue;
      room -= document.length;
      this.#add(lsn, document);
    }
  }
}
