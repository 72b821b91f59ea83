import { idKey } from '@argon/bson';
import { isDocumentOperation, type Entry, type Lsn, type Store } from '@argon/wal';
import { NameTrail } from './collection-names';
import { entriesBackwards } from './entries-backwards';
import { LoggedChange } from './logged-change';
import type { VersionReader } from './version-reader';

/** Versions read in one go: few at first, so that whoever wants few does not wait for many. */
const FIRST_BATCH = 8;
const MAX_BATCH = 64;

/** The versions of one record, newest first, from one of them back to its insert, in batches. */
export async function* versionsOfRecord(
  reader: VersionReader,
  branchId: number,
  from: Lsn,
): AsyncGenerator<readonly LoggedChange[]> {
  /** Waits for the version before it. */
  let open: Entry | undefined;
  let next = { branchId, lsn: from };
  for (let size = FIRST_BATCH; next.lsn !== 0; size = Math.min(MAX_BATCH, size * 4)) {
    const lsns = await reader.trail(next.branchId, next.lsn, size);
    const entries = await reader.entries(next.branchId, lsns);
    const changes: LoggedChange[] = [];
    let isWhole = true;
    for (const entry of entries) {
      if (entry === undefined) {
        isWhole = false;
        break;
      }
      if (open !== undefined) changes.push(new LoggedChange(open, entry.document ?? undefined, false));
      open = entry;
    }
    if (open === undefined) return;
    next = { branchId: open.branchId, lsn: isWhole ? open.prevLsn : 0 };
    if (next.lsn === 0) changes.push(new LoggedChange(open, undefined, false));
    if (changes.length > 0) yield changes;
  }
}

/** Where the last sign of a document lies, and the loss of its whole collection if that ended it. */
interface LastSign {
  readonly entry: Entry;
  readonly lostBy: Entry | undefined;
}

/** Finds documents that are not where the log is looked at from, by reading it backwards. */
export class EarlierLives {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    private readonly branchId: number,
    id: Entry['documentId'],
  ) {
    this.#key = idKey(id);
  }

  /**
   * The last entry about the document before `below`, and within commits up to `lsn`.
   * @param collection what its collection was called there
   */
  async last(lsn: Lsn, below: Lsn, collection: string): Promise<LastSign | undefined> {
    const trail = new NameTrail(collection);
    let lostBy: Entry | undefined;
    for await (const { entries } of entriesBackwards(this.store, this.branchId, { lsn })) {
      for (const entry of entries) {
        const { name } = trail;
        if (entry.lsn >= below || !trail.sees(entry)) continue;
        if (entry.operation === 'drop_collection') lostBy = entry;
        // Renamed away; a rename to the name leads on to what it was called before.
        if (entry.operation === 'rename_collection' && trail.name === name) lostBy = entry;
        if (!isDocumentOperation(entry.operation) || idKey(entry.documentId) !== this.#key) continue;
        return { entry, lostBy: entry.operation === 'delete' ? undefined : lostBy };
      }
    }
    return undefined;
  }
}
