import type { RootDatabase } from 'lmdb';
import {
  decodeEntry,
  type EncodedPosition,
  encodedDocumentStart,
  encodedPosition,
  verifyEncodedEntry,
} from '../../entry/codec';
import type { Commit, Entry, Lsn } from '../../entry/entry';
import { BATCH_BYTES } from '../../log/batches';
import { StoreCorruptError } from '../errors';
import type { Head } from '../store';
import { copyOfPart } from './copy';
import { entryKey, scratchEntryKey } from './keys';

/*
 * A branch's chain is the entries under its id whose LSN is greater than the id itself: the id is the LSN of the
 * branch's birth, and what lies at or below it is the birth's commit.
 */

/** Reads one environment's log. Every method reads the transaction that is current; making it fresh is the caller's. */
export class ChainReader {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #location: string;

  constructor(db: RootDatabase<Buffer, Buffer>, location: string) {
    this.#db = db;
    this.#location = location;
  }

  /** The entry at this LSN, checksum verified. @throws StoreCorruptError */
  entry(branchId: number, lsn: Lsn): Entry | undefined {
    const bytes = this.#db.get(scratchEntryKey(branchId, lsn));
    return bytes === undefined ? undefined : this.#decode(branchId, lsn, bytes);
  }

  /** The document of the entry at this LSN: its bytes, null if the entry has none, undefined if there is no entry. */
  document(branchId: number, lsn: Lsn): Uint8Array | null | undefined {
    const bytes = this.#db.getBinaryFast(scratchEntryKey(branchId, lsn));
    if (bytes === undefined) return undefined;
    const start = encodedDocumentStart(bytes);
    return start === undefined ? null : copyOfPart(bytes, start, bytes.length);
  }

  /**
   * The next commits after `after` (the end of a commit, or the chain's start), up to `through`, of about
   * `BATCH_BYTES` in all; none at the end. A commit that reaches beyond `through` is left out.
   * @throws StoreCorruptError
   */
  nextCommits(branchId: number, after: Lsn, through: Lsn): Commit[] {
    const commits: Commit[] = [];
    let entries: Entry[] = [];
    let previous = after;
    let bytes = 0;
    const start = entryKey(branchId, Math.max(after, branchId) + 1);
    for (const { value } of this.#db.getRange({ start, end: entryKey(branchId, through + 1) })) {
      const { lsn } = encodedPosition(value);
      const entry = this.#decode(branchId, lsn, value);
      const first = entries[0];
      if (
        first !== undefined &&
        (entry.commitLsn !== first.commitLsn || lsn !== first.lsn + entries.length)
      ) {
        throw this.#corrupt(branchId, first.lsn, 'its commit is not whole');
      }
      if (entry.commitLsn > through) break;
      entries.push(entry);
      bytes += value.length;
      if (lsn !== entry.commitLsn) continue;
      commits.push({ lsn, after: previous, branchId, timestamp: entry.timestamp, entries });
      if (bytes >= BATCH_BYTES) return commits;
      previous = lsn;
      entries = [];
    }
    if (entries.length > 0) throw this.#corrupt(branchId, entries[0]!.lsn, 'its commit is not whole');
    return commits;
  }

  /** The last commit at or before an LSN. */
  commitAtOrBeforeLsn(branchId: number, lsn: Lsn): Head | undefined {
    const last = this.#positionAtOrBefore(branchId, lsn);
    if (last === undefined) return undefined;
    if (last.commitLsn <= lsn) return { lsn: last.lsn, timestamp: last.timestamp };
    // Within a commit: the one before ends before this one's first entry.
    const before = this.#positionAtOrBefore(branchId, this.#firstOfCommit(branchId, last) - 1);
    return before && { lsn: before.lsn, timestamp: before.timestamp };
  }

  /** The last commit at or before a time, by bisection over the chain's LSNs. */
  commitAtOrBeforeTime(branchId: number, timestamp: number, head: Head): Head | undefined {
    if (head.lsn <= branchId) return undefined;
    if (head.timestamp <= timestamp) return head;
    let found: EncodedPosition | undefined;
    let low = branchId;
    let high = head.lsn;
    while (low < high) {
      const middle = low + Math.ceil((high - low) / 2);
      const position = this.#positionAtOrBefore(branchId, middle);
      if (position === undefined) low = middle;
      else if (position.timestamp > timestamp) high = position.lsn - 1;
      else {
        found = position;
        low = middle;
      }
    }
    // All entries of a commit have its time, so the last one at or before the time ends its commit.
    return found && { lsn: found.lsn, timestamp: found.timestamp };
  }

  /** The last entry of the chain at or before an LSN. */
  #positionAtOrBefore(branchId: number, lsn: Lsn): EncodedPosition | undefined {
    if (lsn <= branchId) return undefined;
    const range = {
      start: entryKey(branchId, lsn),
      end: entryKey(branchId, branchId),
      reverse: true,
      limit: 1,
    };
    const [last] = this.#db.getRange(range);
    return last && encodedPosition(last.value);
  }

  /** The LSN of the first entry of the commit that an entry belongs to: strides that double, then bisection. */
  #firstOfCommit(branchId: number, entry: EncodedPosition): Lsn {
    const belongs = (lsn: Lsn): boolean => {
      if (lsn <= branchId) return false;
      const bytes = this.#db.get(scratchEntryKey(branchId, lsn));
      return bytes !== undefined && encodedPosition(bytes).commitLsn === entry.commitLsn;
    };
    let inside = entry.lsn;
    let stride = 1;
    while (belongs(inside - stride)) {
      inside -= stride;
      stride *= 2;
    }
    let outside = inside - stride;
    while (inside - outside > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (belongs(middle)) inside = middle;
      else outside = middle;
    }
    return inside;
  }

  #decode(branchId: number, lsn: Lsn, bytes: Buffer): Entry {
    if (!verifyEncodedEntry(bytes)) throw this.#corrupt(branchId, lsn, 'its checksum does not match');
    const entry = decodeEntry(bytes);
    if (entry.lsn !== lsn || entry.branchId !== branchId)
      throw this.#corrupt(branchId, lsn, 'it lies in the wrong place');
    return entry;
  }

  #corrupt(branchId: number, lsn: Lsn, problem: string): StoreCorruptError {
    return new StoreCorruptError(this.#location, `entry ${lsn} of branch ${branchId}: ${problem}`);
  }
}
