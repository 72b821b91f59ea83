import { documentId, encodeDocument, idKey, type DocumentLike, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog, IndexDefinition, IndexView } from '@argon/materializer';
import {
  Pacer,
  isDocumentOperation,
  provisionalLsn,
  type Actor,
  type CatalogOperation,
  type DraftEntry,
  type Lsn,
  type MaybePromise,
  type UpdateForm,
} from '@argon/wal';
import { CommandError } from '../handler/errors';
import { onView } from '../stored-views/refuse';
import { isView } from '../stored-views/resolve';
import { CollectionView, type DocumentSource, type StoredRecord } from '../view/collection-view';
import type { Claimant } from '../transaction/claims';
import { refusesDuplicates, type Constraints } from './constraints';
import { checkIndexable } from './indexable';
import type { UniqueProblem } from './deferred-uniques';
import { checkSize } from './document-size';
import { draftedDocuments } from './drafted-documents';
import { DraftIndexes } from './draft-indexes';
import { DraftUniques } from './draft-uniques';
import { CappedRooms, isRoomLimited } from './capped-rooms';
import { newCollection } from './new-collection';
import type { Savepoint } from './savepoint';
import { DRAFT_LIMITS, isOver, type DraftLimit, type DraftLimits, type Staging } from './staging';
import { PendingChanges, takenOver, type PendingEntry } from './pending-changes';
import type { NotedCommit, Noting } from './noting';

/**
 * Commits being computed against a branch's head: reads see the head with the draft's own changes on top; nothing is
 * visible to anyone else, or durable, until the writer appends it. Discarded and computed again when the head moved.
 */
export class Draft implements DocumentSource {
  #state: BranchState;
  /** What `#state` does not show yet. */
  readonly #pending = new PendingChanges();
  #open: PendingEntry[] = [];
  #commits: NotedCommit[] = [];
  #count = 0;
  #bytes = 0;
  readonly #pacer = new Pacer();
  /** Of the draft's entries, by their provisional LSNs' numbers: a map by such large LSNs takes several times as long. */
  #documents: (Uint8Array | null)[] = [];
  readonly #prepared = new Set<string>();
  #indexes: DraftIndexes;
  readonly #uniques: DraftUniques;
  #capped: CappedRooms | undefined;
  /** Whether validators and unique indexes are asked. */
  #isJudged = true;
  #isValidated = true;
  /** Asked before something is changed; undefined while no transaction is open. */
  claimant: Claimant | undefined;
  /** What is noted with the commits that are sealed next. */
  noting: Noting | undefined;

  constructor(
    readonly base: BranchState,
    private readonly source: DocumentSource,
    private readonly constraints: Constraints,
    private readonly limits: DraftLimits = DRAFT_LIMITS,
    /** Where it goes when it becomes large; undefined: nowhere. */
    readonly staging?: Staging,
  ) {
    this.#state = base;
    this.#indexes = new DraftIndexes(base, source);
    this.#uniques = new DraftUniques(this, constraints);
  }

  /** The head with everything in this draft applied. */
  get state(): BranchState {
    const { entries } = this.#pending;
    if (entries.length > 0) {
      const { lsn, timestamp } = this.#state;
      this.#state = this.#state.advance(entries, { lsn, timestamp });
      this.#pending.clear();
    }
    return this.#state;
  }

  /** The sealed commits so far. */
  get commits(): readonly NotedCommit[] {
    return this.#commits;
  }

  /** All entries so far, sealed or not. */
  get drafted(): readonly PendingEntry[] {
    return [...this.#commits.flatMap(({ entries }) => entries as readonly PendingEntry[]), ...this.#open];
  }

  /** Bytes of documents drafted so far. */
  get bytes(): number {
    return this.#bytes;
  }

  collection(name: string): CollectionView {
    const state = this.state;
    return new CollectionView(name, state, state.collections.get(name), this);
  }

  /** The refusal of an _id that a collection holds already. */
  duplicateId(collection: string, id: Value): CommandError {
    return this.constraints.duplicateId(
      this.constraints.namespace(collection),
      id,
      this.#state.collections.get(collection)?.catalog,
    );
  }

  documents(state: BranchState, lsns: readonly Lsn[], outOf?: number): MaybePromise<readonly Uint8Array[]> {
    if (this.#documents.length === 0) return this.source.documents(state, lsns, outOf);
    return draftedDocuments(this.source, this.#documents, state, lsns, outOf);
  }

  /** An index as this draft shows it; undefined if that cannot be told (see `DraftIndexes`). */
  indexOf(
    state: BranchState,
    collection: string,
    index: string | IndexDefinition,
  ): Promise<IndexView | undefined> {
    return this.#indexes.find(state, collection, index);
  }

  /** Adds a document, making its collection if need be. @throws CommandError DuplicateKey, DocumentValidationFailure, … */
  async insert(collection: string, bytes: Uint8Array, id: Value = documentId(bytes) as Value): Promise<void> {
    checkSize(bytes);
    if (this.#pacer.due) await this.#pacer.giveWay();
    this.ensureCollection(collection);
    if (!this.#prepared.has(collection)) await this.prepare(collection);
    // An id that a pending delete sets free is there still.
    if (this.#pending.hasDelete) void this.state;
    const held = this.#state.collections.get(collection);
    const catalog = held?.catalog;
    const key = idKey(id);
    if (this.claimant !== undefined) await this.claimant.document(collection, key);
    const existing = held?.byId(key);
    if (
      this.#pending.adds(collection, key) ||
      (existing instanceof Promise ? await existing : existing) !== undefined
    ) {
      throw this.duplicateId(collection, id);
    }
    if (catalog !== undefined) {
      if (isView(catalog)) throw onView(this.constraints.namespace(collection));
      if (this.#isJudged && this.#isValidated) this.constraints.validate(catalog, bytes);
      checkIndexable(catalog, bytes);
      if (this.#isJudged && this.constraints.hasUnique(catalog)) {
        await this.#uniques.check({ collection, catalog, bytes, except: undefined }, this.nextLsn());
      }
      if (this.#isJudged && isRoomLimited(catalog))
        await (this.#capped ??= new CappedRooms()).make(this, catalog, bytes.length);
    }
    const lsn = this.nextLsn();
    this.push(
      {
        lsn,
        operation: 'insert',
        collection,
        documentId: id,
        document: bytes,
        prevLsn: 0,
        recordLsn: lsn,
      },
      key,
    );
  }

  /** Replaces a record's document; `bytes` must carry the same `_id`. @param form unless by operators @throws as insert */
  async update(
    collection: string,
    record: StoredRecord,
    bytes: Uint8Array,
    form?: UpdateForm,
  ): Promise<void> {
    checkSize(bytes);
    if (this.#pacer.due) await this.#pacer.giveWay();
    await this.prepare(collection);
    const id = documentId(bytes) as Value;
    if (this.claimant !== undefined) await this.claimant.document(collection, idKey(id));
    const catalog = this.catalogOf(collection);
    if (this.#isJudged && this.#isValidated) this.constraints.validate(catalog, bytes, record.bytes);
    checkIndexable(catalog, bytes);
    if (this.#isJudged && this.constraints.hasUnique(catalog)) {
      const checked = { collection, catalog, bytes, except: record.record, previous: record.bytes };
      await this.#uniques.check(checked, this.nextLsn());
    }
    this.#capped?.change(collection, bytes.length - record.bytes.length, 0);
    this.push({
      lsn: this.nextLsn(),
      operation: 'update',
      collection,
      documentId: id,
      document: bytes,
      prevLsn: record.lsn,
      recordLsn: record.record,
      ...(form === undefined ? undefined : { form }),
    });
  }

  async remove(collection: string, record: StoredRecord): Promise<void> {
    if (this.#pacer.due) await this.#pacer.giveWay();
    await this.prepare(collection);
    this.#capped?.change(collection, -record.bytes.length, -1);
    const id = documentId(record.bytes) as Value;
    if (this.claimant !== undefined) await this.claimant.document(collection, idKey(id));
    this.push({
      lsn: this.nextLsn(),
      operation: 'delete',
      collection,
      documentId: id,
      document: null,
      prevLsn: record.lsn,
      recordLsn: record.record,
    });
  }

  /** From now on unique keys are checked by `checkUniques`, when all changes are in: so documents may swap them. */
  deferUniques(): void {
    this.#uniques.defer();
  }

  /**
   * What comes was accepted by another server, and is not judged again: neither validators nor unique indexes are asked,
   * and no index is built for them; of a capped collection, what goes is what went there.
   */
  trust(): void {
    this.#isJudged = false;
  }

  /** Runs work whose documents validators are not asked about. */
  async withoutValidators<T>(work: () => Promise<T>): Promise<T> {
    this.#isValidated = false;
    try {
      return await work();
    } finally {
      this.#isValidated = true;
    }
  }

  /** Between steps of large work: what is drafted goes to the staging branch, if it has become much. */
  relieve(): MaybePromise<void> {
    const { staging, limits } = this;
    if (staging === undefined) return;
    if (isOver(this.#size, staging.isUsed ? limits.next : limits.first)) return this.#stage(staging);
  }

  /** It holds as much as it should, and has nowhere to put it. */
  get isFull(): boolean {
    return this.staging === undefined && isOver(this.#size, this.limits.first);
  }

  get #size(): DraftLimit {
    return { entries: this.#count, bytes: this.#bytes };
  }

  async #stage(staging: Staging): Promise<void> {
    this.seal(staging.actor);
    this.#state = await staging.write(this.#commits);
    this.#indexes = new DraftIndexes(this.#state, this.source);
    this.#pending.clear();
    this.#documents = [];
    this.#prepared.clear();
    this.#uniques.staged();
    this.#commits = [];
    this.#count = 0;
    this.#bytes = 0;
  }

  /**
   * Checks what `deferUniques` put off.
   * @param refused told of every document, or index, that is not allowed; what it throws ends the check
   */
  checkUniques(refused: (problem: UniqueProblem) => void): Promise<void> {
    const { staging } = this;
    return this.#uniques.finish(staging && (() => this.#stage(staging)), refused);
  }

  /** An entry that tells of a change of the branch's record (`WriteOptions.change`); it changes nothing that is shown. */
  control(entry: DraftEntry): void {
    this.push({ ...entry, lsn: this.nextLsn() });
  }

  /** A change of the catalogue; `argument` is what the entry keeps as its document. */
  catalog(operation: CatalogOperation, collection: string, argument: DocumentLike): void {
    this.claimant?.collection(collection);
    this.push({
      lsn: this.nextLsn(),
      operation,
      collection,
      documentId: null,
      document: encodeDocument(argument),
      prevLsn: 0,
      recordLsn: 0,
    });
    // Applied at once: what is pending changes documents only.
    void this.state;
  }

  /** Drafts what another draft holds, which was checked there, but for unique keys if those are deferred. */
  async take(entries: readonly PendingEntry[]): Promise<void> {
    const start = this.#count;
    for (const given of entries) {
      if (this.#pacer.due) await this.#pacer.giveWay();
      const entry = takenOver(given, start);
      const { operation, collection, document } = entry;
      if (isDocumentOperation(operation)) await this.prepare(collection);
      if (isDocumentOperation(operation) && document !== null)
        this.#uniques.take(collection, entry.lsn, document);
      this.push(entry, operation === 'insert' ? idKey(entry.documentId) : undefined);
      if (!isDocumentOperation(operation)) void this.state;
    }
  }

  /** Makes the collection unless it is there. */
  ensureCollection(name: string, options: ReadonlyMap<string, Value> = new Map()): boolean {
    if (this.#state.collections.has(name)) return false;
    this.catalog('create_collection', name, newCollection(options));
    return true;
  }

  /** Builds an index just drafted and checks that what is there allows it. @throws CommandError DuplicateKey, … */
  checkNewIndex(collection: string, name: string): Promise<void> {
    return this.#uniques.checkNewIndex(collection, name);
  }

  /** Ends the commit: what was drafted since the last seal becomes visible together. */
  seal(actor: Actor): void {
    if (this.#open.length === 0) return;
    const commit = { entries: this.#open, actor };
    this.#commits.push(this.noting === undefined ? commit : this.noting.noted(commit));
    this.#open = [];
  }

  savepoint(): Savepoint {
    return {
      state: this.#state,
      pending: this.#pending.mark(),
      count: this.#count,
      open: this.#open.length,
      commits: this.#commits.length,
      bytes: this.#bytes,
      capped: this.#capped?.copy(),
    };
  }

  rollback(to: Savepoint): void {
    this.#state = to.state;
    this.#pending.restore(to.pending);
    const openThen = this.#commits[to.commits]?.entries ?? this.#open;
    this.#open = openThen.slice(0, to.open) as PendingEntry[];
    this.#commits.length = to.commits;
    this.#count = to.count;
    this.#bytes = to.bytes;
    this.#capped = to.capped?.copy();
  }

  /** Deletes the oldest of a collection that was just made capped, or smaller. */
  async shrink(collection: string): Promise<void> {
    await (this.#capped ??= new CappedRooms()).shrink(this, this.catalogOf(collection));
  }

  /** Its commits are durable, and this is what the branch shows now. */
  settled(state: BranchState): void {
    this.#capped?.settled(state);
  }

  /** Before the first change of a collection in this draft. */
  private async prepare(collection: string): Promise<void> {
    if (this.#prepared.has(collection)) return;
    this.#prepared.add(collection);
    const { state } = this;
    const catalog = state.collections.get(collection)?.catalog;
    const isJudged = this.#isJudged && catalog !== undefined && this.constraints.hasUnique(catalog);
    if (isJudged) await this.constraints.prepare(state, catalog);
    this.#indexes.change(collection, isJudged ? catalog.indexes.filter(refusesDuplicates) : []);
  }

  private catalogOf(collection: string): CollectionCatalog {
    const state = this.#state.collections.get(collection);
    if (state === undefined)
      throw new CommandError('NamespaceNotFound', `Collection '${collection}' does not exist`);
    return state.catalog;
  }

  private nextLsn(): Lsn {
    return provisionalLsn(this.#count);
  }

  /** @param key of an insert's id */
  private push(entry: PendingEntry, key?: string): void {
    this.#documents[this.#count++] = entry.document;
    this.#bytes += entry.document?.length ?? 0;
    this.#open.push(entry);
    this.#pending.add(entry, key);
  }
}
