import type { RootDatabase } from 'lmdb';
import { verifyEntry } from '../../entry/codec';
import { isUpdateNumber } from '../../entry/operations';
import type { Commit, Entry, Lsn } from '../../entry/entry';
import { BATCH_BYTES } from '../../log/batches';
import { StoreCorruptError } from '../errors';
import type { Head } from '../store';
import type { Block, BlockItem } from './blocks/block';
import { BlockReader, type Located } from './blocks/block-reader';
import { Dependents } from './blocks/dependents';
import { entryOf, readAside } from './blocks/item';
import { HAS_NOTE } from './blocks/layout';
import { VersionReader } from './blocks/version-reader';

/** What an entry without its document counts for in a batch. */
const BARE_BYTES = 128;

/*
 * A branch's chain is the entries under its id whose LSN is greater than the id itself: the id is the LSN of the
 * branch's birth, and what lies at or below it is the birth's commit.
 */

/** Reads one environment's log. Every method reads the transaction that is current; making it fresh is the caller's. */
export class ChainReader {
  readonly versions: VersionReader;
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #blocks: BlockReader;
  readonly #location: string;
  #dependents: { readonly branchId: number; readonly horizon: Lsn; readonly found: Dependents } | undefined;

  /** Within a write transaction there must be no cache: it may see what is never committed. */
  constructor(db: RootDatabase<Buffer, Buffer>, location: string, { hasCache = true } = {}) {
    this.#db = db;
    this.#blocks = new BlockReader(db, location, hasCache);
    this.versions = new VersionReader(this.#blocks, location, hasCache);
    this.#location = location;
  }

  /**
   * Which entries up to a horizon are stored as deltas of which; `fresh` makes the read transaction current. The same
   * for all steps of a compaction, so looked for once.
   */
  async dependents(branchId: number, horizon: Lsn, fresh: <T>(work: () => T) => T): Promise<Dependents> {
    const known = this.#dependents;
    if (known?.branchId === branchId && known.horizon === horizon) return known.found;
    const blocks = new BlockReader(this.#db, this.#location, false);
    const found = await Dependents.of(blocks, branchId, horizon, fresh);
    this.#dependents = { branchId, horizon, found };
    return found;
  }

  /** Forgets what it knows, after the log was rewritten. */
  clear(): void {
    this.#blocks.clear();
    this.versions.clear();
  }

  /** The entry at this LSN, checksum verified. @throws StoreCorruptError */
  entry(branchId: number, lsn: Lsn): Entry | undefined {
    const located = this.#blocks.item(branchId, lsn);
    return located && this.#entry(located);
  }

  /** The `prevLsn` of the entry at this LSN, without a look at its document. @throws StoreCorruptError */
  previous(branchId: number, lsn: Lsn): Lsn | undefined {
    return this.#blocks.item(branchId, lsn)?.item.prevLsn;
  }

  /** The document of the entry at this LSN: its bytes, null if the entry has none, undefined if there is no entry. */
  document(branchId: number, lsn: Lsn): Uint8Array | null | undefined {
    const located = this.#blocks.item(branchId, lsn);
    return located && this.versions.document(located);
  }

  /**
   * The next commits after `after` (the end of a commit, or the chain's start), up to `through`, of about
   * `BATCH_BYTES` in all; none at the end. A commit that reaches beyond `through` is left out. Up to `horizon`,
   * compaction may have taken entries away. `bare` is as in `LogRange`.
   * @throws StoreCorruptError
   */
  nextCommits(
    branchId: number,
    after: Lsn,
    through: Lsn,
    { horizon, bare }: { readonly horizon: Lsn; readonly bare: boolean },
  ): Commit[] {
    const commits: Commit[] = [];
    let entries: Entry[] = [];
    let previous = after;
    let bytes = 0;
    const finish = (): void => {
      const [first] = entries;
      if (first === undefined) return;
      const lsn = first.commitLsn;
      const isWhole = first.lsn + entries.length - 1 === lsn && entries[entries.length - 1]!.lsn === lsn;
      if (!isWhole && lsn > horizon) throw this.#corrupt(branchId, first.lsn, 'its commit is not whole');
      commits.push({ lsn, after: previous, branchId, timestamp: first.timestamp, entries });
      previous = lsn;
      entries = [];
    };
    const begin = Math.max(after, branchId) + 1;
    for (const block of this.#blocks.range(branchId, begin)) {
      for (const item of this.#blocks.items(branchId, block)) {
        if (item.lsn < begin) continue;
        if (entries.length > 0 && item.commitLsn !== entries[0]!.commitLsn) finish();
        if (item.commitLsn > through || (bytes >= BATCH_BYTES && entries.length === 0)) return commits;
        const isBare = bare && isUpdateNumber(item.operation);
        const entry = isBare
          ? this.#bareEntry(branchId, block, item)
          : this.#entry({ branchId, block, item });
        entries.push(entry);
        bytes += isBare ? BARE_BYTES : (entry.document?.length ?? 0);
      }
    }
    finish();
    return commits;
  }

  /** The last commit at or before an LSN. */
  commitAtOrBeforeLsn(branchId: number, lsn: Lsn): Head | undefined {
    const last = this.#itemAtOrBefore(branchId, lsn);
    if (last === undefined) return undefined;
    if (last.commitLsn <= lsn) return headOf(last);
    // Within a commit: the one before ends before this one's first entry.
    const before = this.#itemAtOrBefore(branchId, this.#firstOfCommit(branchId, last) - 1);
    return before && headOf(before);
  }

  /** The last commit at or before a time, by bisection over the chain's LSNs. */
  commitAtOrBeforeTime(branchId: number, timestamp: number, head: Head): Head | undefined {
    if (head.lsn <= branchId) return undefined;
    if (head.timestamp <= timestamp) return head;
    let found: Lsn | undefined;
    let low = branchId;
    let high = head.lsn;
    while (low < high) {
      const middle = low + Math.ceil((high - low) / 2);
      // Blocks that were met before mostly answer without being looked at.
      const span = this.#blocks.knownSpan(branchId, middle);
      if (span !== undefined && span.firstTime > timestamp) {
        high = span.first - 1;
      } else if (span !== undefined && span.lastTime <= timestamp) {
        found = span.last;
        low = span.last;
      } else {
        const item = this.#itemAtOrBefore(branchId, middle);
        if (item === undefined) low = middle;
        else if (item.timestamp > timestamp) high = item.lsn - 1;
        else {
          found = item.lsn;
          low = middle;
        }
      }
    }
    const last = found === undefined ? undefined : this.#itemAtOrBefore(branchId, found);
    // All entries of a commit have its time, so the last one at or before the time belongs to the last commit.
    return last && headOf(last);
  }

  /** The last entry of the chain at or before an LSN. */
  #itemAtOrBefore(branchId: number, lsn: Lsn): BlockItem | undefined {
    if (lsn <= branchId) return undefined;
    return this.#blocks.itemAtOrBefore(branchId, lsn);
  }

  /** The LSN of the first entry of the commit that an entry belongs to: strides that double, then bisection. */
  #firstOfCommit(branchId: number, entry: BlockItem): Lsn {
    const belongs = (lsn: Lsn): boolean => this.#itemAtOrBefore(branchId, lsn)?.commitLsn === entry.commitLsn;
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

  #entry(located: Located): Entry {
    const { branchId, block, item } = located;
    const document = this.versions.document(located);
    const entry = entryOf(branchId, item, document, () => this.#blocks.payload(branchId, block, item));
    if (entry === undefined)
      throw this.#corrupt(branchId, item.lsn, `its operation ${item.operation} is unknown`);
    if (!verifyEntry(entry)) throw this.#corrupt(branchId, item.lsn, 'its checksum does not match');
    return entry;
  }

  /** An update without its document. */
  #bareEntry(branchId: number, block: Block, item: BlockItem): Entry {
    const bare = bareEntry(branchId, item);
    if ((item.shape & HAS_NOTE) === 0) return bare;
    const { note } = readAside(this.#blocks.payload(branchId, block, item));
    return note === undefined ? bare : { ...bare, note };
  }

  #corrupt(branchId: number, lsn: Lsn, problem: string): StoreCorruptError {
    return new StoreCorruptError(this.#location, `entry ${lsn} of branch ${branchId}: ${problem}`);
  }
}

/** An update without its document and note. */
function bareEntry(branchId: number, item: BlockItem): Entry {
  const { lsn, timestamp, collection, prevLsn, recordLsn, commitLsn, actor, checksum } = item;
  // No spread: it would take longer than all else about the entry.
  return {
    lsn,
    timestamp,
    branchId,
    operation: 'update',
    collection,
    documentId: null,
    document: null,
    prevLsn,
    recordLsn,
    commitLsn,
    actor,
    checksum,
  };
}

/** The commit that an entry belongs to; it keeps its LSN, even if compaction took its last entries. */
function headOf(item: BlockItem): Head {
  return { lsn: item.commitLsn, timestamp: item.timestamp };
}
