import { idKey, type Value } from '@argon/bson';
import {
  type BranchState,
  type CollectionCatalog,
  type CollectionState,
  type IndexDefinition,
  type IndexView,
  type RecordRef,
  type ScanOptions,
} from '@argon/materializer';
import { Pacer, type Lsn, type MaybePromise } from '@argon/wal';
import { ID_INDEX_DEFINITION, IdLookup } from './id-index-view';
import { clusteredIndexOf } from './clustered';
import { ReadAhead } from './read-ahead';
import { usableIndex } from './usable-index';

/** Where documents' bytes and indexes come from: the materializer, or a draft that holds some not yet in the log. */
export interface DocumentSource {
  /** @param outOf how many the caller goes through in all, these among them. Default: these */
  documents(state: BranchState, lsns: readonly Lsn[], outOf?: number): MaybePromise<readonly Uint8Array[]>;
  /** Undefined if the source cannot tell what the index holds at this state. */
  indexOf(
    state: BranchState,
    collection: string,
    index: string | IndexDefinition,
  ): MaybePromise<IndexView | undefined>;
}

/** A record with its current document. */
export interface StoredRecord extends RecordRef {
  readonly bytes: Uint8Array;
}

/** Records and their documents, index by index. */
export interface RecordBatch {
  readonly refs: readonly RecordRef[];
  readonly documents: readonly Uint8Array[];
}

/** One collection at one state: what queries read from. An absent collection reads as an empty one. */
export class CollectionView {
  constructor(
    readonly name: string,
    readonly state: BranchState | undefined,
    readonly collection: CollectionState | undefined,
    private readonly source: DocumentSource,
  ) {}

  get catalog(): CollectionCatalog | undefined {
    return this.collection?.catalog;
  }

  get count(): number {
    return this.collection?.count ?? 0;
  }

  /** The indexes that queries may use, the one on `_id` first; hidden ones are left out. */
  get indexes(): readonly IndexDefinition[] {
    const { catalog } = this;
    if (catalog === undefined) return [];
    const visible = catalog.indexes.filter(isVisible);
    // By a collation of the collection's own, the one on `_id` is recorded as others are.
    return visible.some(({ name }) => name === ID_INDEX_DEFINITION.name)
      ? visible
      : [ID_INDEX_DEFINITION, ...visible];
  }

  /** An index of the collection; undefined if it cannot be read at this state. */
  index(definition: IndexDefinition): MaybePromise<IndexView | undefined> {
    const { state } = this;
    if (this.collection === undefined || state === undefined) return undefined;
    const index = definition === ID_INDEX_DEFINITION ? definition : definition.name;
    return usableIndex(definition, () => this.source.indexOf(state, this.name, index));
  }

  /** The index on `_id`, to look up single values. */
  idLookup(): IndexView | undefined {
    return this.collection === undefined ? undefined : new IdLookup(this.collection);
  }

  /** The current versions of records, as indexes name them. */
  refs(records: readonly Lsn[]): MaybePromise<readonly RecordRef[]> {
    // An index names no record that is not there.
    return this.collection!.byRecords(records) as MaybePromise<readonly RecordRef[]>;
  }

  /** The record whose `_id` equals `id`. */
  byId(id: Value): MaybePromise<StoredRecord | undefined> {
    if (this.collection === undefined) return undefined;
    const ref = this.collection.byId(idKey(id));
    return ref instanceof Promise ? ref.then((found) => this.load(found)) : this.load(ref);
  }

  /**
   * Every record in natural order, documents loaded batch by batch: from a store that takes its time, the next batch while
   * this one is used. Lets other work run now and then.
   */
  async *scan(options: ScanOptions = {}): AsyncGenerator<RecordBatch> {
    if (this.collection === undefined) return;
    if (clusteredIndexOf(this.catalog) !== undefined) {
      yield* this.#scanById(options);
      return;
    }
    const scan = this.collection.scan(options);
    const batches = new ReadAhead(() => {
      const refs = scan.next();
      return refs instanceof Promise ? refs.then((found) => this.batch(found)) : this.batch(refs);
    });
    const pacer = new Pacer();
    for (;;) {
      const next = batches.next();
      const batch = next instanceof Promise ? await next : next;
      if (batch === undefined) return;
      yield batch;
      if (pacer.due) await pacer.giveWay();
    }
  }

  /** The same in the order of `_id`. */
  async *#scanById({ reverse = false, batchSize = 256 }: ScanOptions): AsyncGenerator<RecordBatch> {
    const index = (await this.index(ID_INDEX_DEFINITION))!;
    const scan = index.scan({ reverse, batchSize });
    const pacer = new Pacer();
    for (;;) {
      const next = scan.next();
      const entries = next instanceof Promise ? await next : next;
      if (entries === undefined) return;
      const refs = await this.refs(entries.map(({ record }) => record));
      yield { refs, documents: await this.loadAll(refs, this.count) };
      if (pacer.due) await pacer.giveWay();
    }
  }

  /**
   * The documents of these records.
   * @param outOf how many the caller goes through in all. Default: these
   */
  loadAll(refs: readonly RecordRef[], outOf?: number): MaybePromise<readonly Uint8Array[]> {
    const lsns = new Array<Lsn>(refs.length);
    for (let i = 0; i < refs.length; i++) lsns[i] = refs[i]!.lsn;
    return this.source.documents(this.state!, lsns, outOf);
  }

  private batch(refs: readonly RecordRef[] | undefined): MaybePromise<RecordBatch | undefined> {
    if (refs === undefined) return undefined;
    const documents = this.loadAll(refs, this.count);
    return documents instanceof Promise
      ? documents.then((all) => ({ refs, documents: all }))
      : { refs, documents };
  }

  private load(ref: RecordRef | undefined): MaybePromise<StoredRecord | undefined> {
    if (ref === undefined) return undefined;
    const documents = this.source.documents(this.state!, [ref.lsn]);
    return documents instanceof Promise
      ? documents.then(([bytes]) => ({ record: ref.record, lsn: ref.lsn, bytes: bytes! }))
      : { record: ref.record, lsn: ref.lsn, bytes: documents[0]! };
  }
}

function isVisible({ specification }: IndexDefinition): boolean {
  return specification.get('hidden') !== true;
}
