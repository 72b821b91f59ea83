import { decodeDocument, idKey, type Binary, type Value } from '@argon/bson';
import type { BranchState } from '@argon/materializer';
import {
  isCatalogOperation,
  isDocumentOperation,
  Pacer,
  type Actor,
  type CatalogOperation,
  type Entry,
  type Lsn,
  type Store,
} from '@argon/wal';
import { uuidOf } from '../diff/catalog-differences';
import { lookUp, type Watch } from '../steps/watch';
import type { ActorFilter, LeftChange } from './contract';

/** How many changes of collections are kept to be told. */
const MAX_TOLD = 100;

/** Changes of one document by the actor that follow each other, as one. 0: it is not there. */
export interface Run {
  readonly before: Lsn;
  after: Lsn;
}

/** A document that the actor changed, with the runs of that, oldest first. */
export interface TouchedDocument {
  /** The collection's, in hexadecimal: it may have been renamed since. */
  readonly uuid: string;
  readonly id: Value;
  runs: Run[];
  /** Nobody else changed it since the last run. */
  isLast: boolean;
}

/** What somebody changed, as far as it may still show. Holds a few numbers for each document. */
export class ActorChanges {
  /** By collection and `_id`, in the order of the first change. */
  readonly #documents = new Map<string, TouchedDocument>();
  /** UUIDs of collections by what they are called. */
  readonly #uuids: Map<string, string>;
  readonly left: LeftChange[] = [];
  leftCount = 0;

  private constructor(
    private readonly by: ActorFilter,
    start: BranchState | undefined,
  ) {
    const collections = [...(start?.collections.values() ?? [])];
    this.#uuids = new Map(collections.map(({ catalog }) => [catalog.name, uuidOf(catalog)]));
  }

  /**
   * Reads what a branch shows of the log after a moment.
   * @param start what it showed at that moment
   */
  static async read(
    store: Store,
    head: BranchState,
    start: BranchState,
    by: ActorFilter,
    watch?: Watch,
  ): Promise<ActorChanges> {
    const changes = new ActorChanges(by, start);
    const pacer = new Pacer();
    for (const { branchId, from, to } of head.timeline.segments) {
      if (to <= start.lsn) continue;
      const range = { after: Math.max(from, start.lsn), through: to };
      for await (const commits of store.commits(branchId, range)) {
        if (pacer.due) await pacer.giveWay();
        lookUp(watch, 0);
        for (const { entries } of commits) for (const entry of entries) changes.#see(entry);
      }
    }
    return changes;
  }

  *documents(): Generator<TouchedDocument> {
    for (const document of this.#documents.values()) if (document.runs.length > 0) yield document;
  }

  #see(entry: Entry): void {
    if (isDocumentOperation(entry.operation)) this.#seeDocument(entry);
    else if (isCatalogOperation(entry.operation)) this.#seeCatalog(entry, entry.operation);
  }

  #seeDocument(entry: Entry): void {
    const { lsn, collection, documentId, operation, prevLsn } = entry;
    const uuid = this.#uuids.get(collection) ?? '';
    const key = `${uuid}${idKey(documentId)}`;
    let touched = this.#documents.get(key);
    if (!isBy(entry.actor, this.by)) {
      if (touched === undefined) return;
      touched.isLast = false;
      // Whatever the actor did to it before shows no more.
      if (operation === 'delete') touched.runs = [];
      return;
    }
    if (touched === undefined) {
      touched = { uuid, id: documentId, runs: [], isLast: false };
      this.#documents.set(key, touched);
    }
    const after = operation === 'delete' ? 0 : lsn;
    const last = touched.isLast ? touched.runs.at(-1) : undefined;
    if (last === undefined) touched.runs.push({ before: prevLsn, after });
    else last.after = after;
    touched.isLast = true;
  }

  #seeCatalog({ lsn, collection, document, actor }: Entry, operation: CatalogOperation): void {
    const uuid = this.#uuids.get(collection);
    const argument = document === null ? undefined : decodeDocument(document);
    if (operation === 'create_collection') {
      this.#uuids.set(collection, Buffer.from((argument!.get('uuid') as Binary).buffer).toString('hex'));
    } else if (operation === 'drop_collection') {
      this.#uuids.delete(collection);
    } else if (operation === 'rename_collection') {
      this.#uuids.delete(collection);
      this.#uuids.set(argument!.get('to') as string, uuid!);
    }
    if (!isBy(actor, this.by)) return;
    this.leftCount += 1;
    if (this.left.length < MAX_TOLD) this.left.push({ lsn, operation, collection });
  }
}

function isBy(actor: Actor, { user, app }: ActorFilter): boolean {
  return (user === undefined || actor.user === user) && (app === undefined || actor.app === app);
}
