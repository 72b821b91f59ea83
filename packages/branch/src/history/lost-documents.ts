import { documentId, idKey, type Value } from '@argon/bson';
import type { BranchState, Materializer } from '@argon/materializer';
import { LsnBelowHorizonError, type Entry, type Lsn, type Store } from '@argon/wal';
import { documentKey } from '../document/document-key';
import { loaded, PATIENCE } from './changes';
import { dropsTarget, LaterNames, renamedTo } from './collection-names';
import type { DeletedRequest, LostDocument } from './contract';
import { entriesBackwards, type PastEntries } from './entries-backwards';
import type { VersionReader } from './version-reader';

const BATCH = 64;

/** An entry that took one document away. */
interface Deletion {
  readonly entry: Entry;
  readonly collection: string;
}

/**
 * Documents that a branch showed and does not show in a state, newest loss first, each once with its last version, in
 * batches. Reads the log back to `since`; memory holds a window of it, and the ids of documents that were both inserted
 * and lost within it.
 */
export class LostDocuments {
  readonly #later = new LaterNames();
  /** Documents that are gone and whose last insert was passed: what is found of them below that is of an earlier life. */
  readonly #passed = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly materializer: Materializer,
    private readonly reader: VersionReader,
    private readonly now: BranchState,
  ) {}

  async *find({
    since,
    collection,
  }: Pick<DeletedRequest, 'since' | 'collection'>): AsyncGenerator<readonly LostDocument[]> {
    const { branchId, lsn } = this.now;
    let waiting: Deletion[] = [];
    let passed = 0;
    for await (const past of entriesBackwards(this.store, branchId, { lsn, since })) {
      passed = waiting.length === 0 ? 0 : passed + past.entries.length;
      if (passed > PATIENCE) {
        yield await this.#loaded(waiting);
        waiting = [];
      }
      for (const entry of past.entries) {
        const name = this.#later.of(entry.collection);
        const isWanted = collection === undefined || name === collection;
        if (entry.operation === 'delete' && isWanted && (await this.#isLost(name, entry.documentId))) {
          waiting.push({ entry, collection: name });
        }
        if (entry.operation === 'insert' && isWanted && !(await this.#isThere(name, entry.documentId))) {
          this.#passed.add(documentKey(name, entry.documentId));
        }
        const dropped = droppedBy(entry);
        if (waiting.length >= BATCH || (dropped !== undefined && waiting.length > 0)) {
          yield await this.#loaded(waiting);
          waiting = [];
        }
        if (dropped !== undefined && (collection === undefined || dropped === collection)) {
          yield* this.#dropped(past, entry, dropped);
        }
        this.#later.pass(entry);
      }
    }
    if (waiting.length > 0) yield await this.#loaded(waiting);
  }

  async #isThere(collection: string, id: Value): Promise<boolean> {
    return (await this.now.collections.get(collection)?.byId(idKey(id))) !== undefined;
  }

  async #isLost(collection: string, id: Value): Promise<boolean> {
    return !this.#passed.has(documentKey(collection, id)) && !(await this.#isThere(collection, id));
  }

  async #loaded(deletions: readonly Deletion[]): Promise<readonly LostDocument[]> {
    const entries = deletions.map(({ entry }) => entry);
    const changes = await loaded(this.reader, entries, false);
    return deletions.map(({ entry, collection }, i) => ({
      collection,
      id: entry.documentId,
      bytes: changes[i]!.before,
      lsn: entry.prevLsn,
      how: 'delete',
      ...lossOf(entry),
    }));
  }

  /** What a collection held that went as a whole: as the commit before shows it. */
  async *#dropped(past: PastEntries, entry: Entry, name: string): AsyncGenerator<readonly LostDocument[]> {
    const before = await this.#stateBefore(entry, past.after);
    const held = before?.collections.get(name);
    if (before === undefined || held === undefined || held.catalog.type === 'view') return;
    const scan = held.scan({ batchSize: BATCH });
    const how = entry.operation as LostDocument['how'];
    for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
      const lsns: readonly Lsn[] = refs.map(({ lsn }) => lsn);
      const documents = await this.materializer.documents(before, lsns);
      const lost: LostDocument[] = [];
      for (const [i, bytes] of documents.entries()) {
        const id = documentId(bytes) as Value;
        if (!(await this.#isLost(name, id))) continue;
        lost.push({ collection: name, id, bytes, lsn: lsns[i]!, how, ...lossOf(entry) });
      }
      if (lost.length > 0) yield lost;
    }
  }

  /** Undefined if compaction took it. */
  async #stateBefore(entry: Entry, lsn: Lsn): Promise<BranchState | undefined> {
    try {
      return await this.materializer.stateAt(entry.branchId, lsn);
    } catch (error) {
      if (error instanceof LsnBelowHorizonError) return undefined;
      throw error;
    }
  }
}

/** The collection that an entry does away with. */
function droppedBy(entry: Entry): string | undefined {
  if (entry.operation === 'drop_collection') return entry.collection;
  return entry.operation === 'rename_collection' && dropsTarget(entry) ? renamedTo(entry) : undefined;
}

function lossOf({ lsn, timestamp, actor }: Entry): Pick<LostDocument, 'lostLsn' | 'lostAt' | 'actor'> {
  return { lostLsn: lsn, lostAt: timestamp, actor };
}
