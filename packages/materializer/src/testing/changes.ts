import {
  encodeDocument,
  ObjectId,
  Binary,
  Double,
  Long,
  Timestamp,
  type DocumentLike,
  type Value,
} from '@argon/bson';
import { provisionalLsn, type DraftEntry, type Operation } from '@argon/wal';
import type { Change } from './actions';
import type { NaiveCollection, NaiveState } from './naive-state';

const COLLECTIONS = ['cities', 'system.profile-like', 'ünïcode'] as const;

/** `_id`s of many types, no two of which MongoDB holds equal. */
const IDS: readonly Value[] = [
  ...[0, 1, -1, 7, 2 ** 31, 0.5],
  ...['', 'a', 'ab', 'ä', '1'],
  ...[new ObjectId('0123456789abcdef01234567'), new ObjectId('0123456789abcdef01234568')],
  ...[new Binary(new Uint8Array([1, 2]), 0), new Binary(new Uint8Array([1, 2]), 128)],
  ...[new Date(0), new Date(-1), true, false, null],
  ...[Long.fromString('9007199254740993'), new Double(1e300)],
  ...[
    new Map<string, Value>([
      ['x', 1],
      ['2', 2],
    ]),
    new Map<string, Value>([
      ['2', 2],
      ['x', 1],
    ]),
  ],
  new Timestamp({ t: 1, i: 2 }),
];

const INDEXES: readonly DocumentLike[] = [
  { v: 2, key: { v: 1 }, name: 'v_1' },
  { v: 2, key: { v: -1, 'tags.t': 1 }, name: 'v_-1_tags.t_1', unique: true },
  { v: 2, key: { tags: 1 }, name: 'tags_1', sparse: true },
  { v: 2, key: { even: 1 }, name: 'even_1', partialFilterExpression: { even: true } },
];

/**
 * Turns changes into the entries of a commit, and makes them in a naive state. LSNs are provisional: `first` is the
 * number of entries before it in the group. A change that makes no sense there gives no entry.
 */
export class CommitDraft {
  readonly entries: DraftEntry[] = [];

  constructor(
    readonly state: NaiveState,
    private readonly first: number,
  ) {}

  make(change: Change): void {
    const name = COLLECTIONS[change.collection % COLLECTIONS.length]!;
    const collection = this.state.collections.get(name);
    if (change.kind === 'insert') return this.#insert(name, change.id, change.value);
    if (!collection) return;
    switch (change.kind) {
      case 'update':
      case 'delete':
        return this.#change(name, collection, change);
      case 'drop':
        this.#push('drop_collection', name, {});
        this.state.collections.delete(name);
        return;
      case 'modify':
        this.#push('modify_collection', name, { options: { validator: { n: change.of } } });
        collection.options = hex({ validator: { n: change.of } });
        return;
      case 'rename':
        return this.#rename(name, COLLECTIONS[change.to % COLLECTIONS.length]!, collection);
      case 'createIndex': {
        const specification = INDEXES[change.of % INDEXES.length]!;
        if (collection.indexes.includes(hex(specification))) return;
        this.#push('create_index', name, { specification });
        collection.indexes.push(hex(specification));
        return;
      }
      case 'dropIndex': {
        const specification = INDEXES[change.of % INDEXES.length] as { name: string };
        const at = collection.indexes.indexOf(hex(specification));
        if (at < 0) return;
        this.#push('drop_index', name, { name: specification.name });
        collection.indexes.splice(at, 1);
      }
    }
  }

  get #lsn(): number {
    return provisionalLsn(this.first + this.entries.length);
  }

  #insert(name: string, id: number, value: number): void {
    const collection = this.state.collections.get(name) ?? this.#create(name);
    const documentId = IDS[id % IDS.length]!;
    const known = [...collection.documents.keys()].indexOf(hex({ _id: documentId }));
    if (known >= 0)
      return this.#change(name, collection, { kind: 'update', collection: 0, of: known, value });
    const document = documentOf(documentId, value);
    const lsn = this.#lsn;
    collection.documents.set(hex({ _id: documentId }), { record: lsn, lsn, bytes: toHex(document) });
    this.entries.push({
      operation: 'insert',
      collection: name,
      documentId,
      document,
      prevLsn: 0,
      recordLsn: lsn,
    });
  }

  #change(name: string, collection: NaiveCollection, change: Change & { kind: 'update' | 'delete' }): void {
    if (collection.documents.size === 0) return;
    const at = change.of % collection.documents.size;
    const [key, known] = [...collection.documents][at]!;
    const documentId = IDS.find((id) => hex({ _id: id }) === key)!;
    const document = change.kind === 'update' ? documentOf(documentId, change.value) : null;
    const { record: recordLsn, lsn: prevLsn } = known;
    if (document)
      collection.documents.set(key, { record: recordLsn, lsn: this.#lsn, bytes: toHex(document) });
    else collection.documents.delete(key);
    this.entries.push({ operation: change.kind, collection: name, documentId, document, prevLsn, recordLsn });
  }

  #create(name: string): NaiveCollection {
    // Its place on the chain: no two collections of a branch are taken for one.
    const uuid = Buffer.alloc(16);
    uuid.writeDoubleBE(this.state.lsn + this.first + this.entries.length);
    const options = { validationLevel: 'strict' };
    this.#push('create_collection', name, { uuid: new Binary(uuid, 4), type: 'collection', options });
    const collection: NaiveCollection = {
      uuid: toHex(uuid),
      type: 'collection',
      options: hex(options),
      indexes: [],
      documents: new Map(),
    };
    this.state.collections.set(name, collection);
    return collection;
  }

  #rename(name: string, to: string, collection: NaiveCollection): void {
    if (to === name) return;
    const dropTarget = this.state.collections.has(to);
    this.#push('rename_collection', name, dropTarget ? { to, dropTarget } : { to });
    this.state.collections.delete(name);
    this.state.collections.set(to, collection);
  }

  #push(operation: Operation, collection: string, args: DocumentLike): void {
    const document = encodeDocument(args);
    this.entries.push({ operation, collection, documentId: null, document, prevLsn: 0, recordLsn: 0 });
  }
}

function documentOf(id: Value, value: number): Uint8Array {
  return encodeDocument(
    new Map<string, Value>([
      ['_id', id],
      ['v', value],
      ['even', value % 2 === 0],
      ...(value > 3
        ? ([['tags', Array.from({ length: value - 4 }, (_, t) => new Map([['t', t]]))]] as const)
        : []),
    ]),
  );
}

function hex(document: DocumentLike): string {
  return toHex(encodeDocument(document));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
