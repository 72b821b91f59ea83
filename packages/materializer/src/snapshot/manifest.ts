import {
  Binary,
  decodeDocument,
  encodeDocument,
  Long,
  UNKNOWN_FORMS,
  type Doc,
  type Value,
} from '@argon/bson';
import type { ChunkHash, Lsn } from '@argon/wal';
import { SnapshotDamagedError } from '../errors';
import type { CollectionCatalog } from '../state/contract';
import { indexDefinition } from '../state/index-definition';
import type { TreeRoot } from '../tree/tree-root';

/*
 * What a snapshot is made of besides its trees, as BSON chunks:
 *
 *   manifest     {deleted, catalogLsn, collections: [{name, chunk}, …]} in the order of names
 *   collection   {name, uuid, type, options, indexes: [specification, …], lsn,
 *                 records: tree, ids: tree, idForms, trees: [{identity, tree, multikey, forms}, …]}
 *   tree         {root: hash or null, count}
 *
 * A collection that did not change since the snapshot before has the same chunk.
 */
export const SNAPSHOT_FORMAT = 1;

export interface ManifestEntry {
  readonly name: string;
  readonly chunk: ChunkHash;
}

export interface StoredIndex {
  readonly root: TreeRoot;
  /** See `IndexView.multikey`. */
  readonly multikey: readonly number[];
  /** See `IndexView.forms`. */
  readonly forms: readonly number[];
}

export interface Manifest {
  /** The branch was deleted at this LSN. */
  readonly deleted: boolean;
  /** See `LayeredBranchState`; undefined in snapshots from before it was kept. */
  readonly catalogLsn: Lsn | undefined;
  readonly entries: readonly ManifestEntry[];
}

/** A collection as a snapshot has it. */
export interface StoredCollection {
  readonly catalog: CollectionCatalog;
  /** No record of it is newer. */
  readonly lsn: Lsn;
  readonly records: TreeRoot;
  readonly ids: TreeRoot;
  /** See `CollectionState.idForms`. */
  readonly idForms: number;
  /** By `indexIdentity`. */
  readonly indexes: ReadonlyMap<string, StoredIndex>;
}

export function encodeManifest({
  deleted,
  catalogLsn,
  entries,
}: Manifest & { readonly catalogLsn: Lsn }): Uint8Array {
  const collections = entries.map(
    ({ name, chunk }): Doc =>
      new Map<string, Value>([
        ['name', name],
        ['chunk', hashValue(chunk)],
      ]),
  );
  return encodeDocument(
    new Map<string, Value>([
      ['deleted', deleted],
      ['catalogLsn', Long.fromNumber(catalogLsn)],
      ['collections', collections],
    ]),
  );
}

/** @throws SnapshotDamagedError */
export function decodeManifest(bytes: Uint8Array): Manifest {
  return reading(() => {
    const manifest = decodeDocument(bytes);
    const entries = list(manifest, 'collections').map((entry) => ({
      name: text(entry, 'name'),
      chunk: hashOf(entry.get('chunk'))!,
    }));
    const catalogLsn = manifest.get('catalogLsn');
    return {
      deleted: manifest.get('deleted') === true,
      catalogLsn: catalogLsn === undefined ? undefined : Number(catalogLsn),
      entries,
    };
  });
}

export function encodeCollection({
  catalog,
  lsn,
  records,
  ids,
  idForms,
  indexes,
}: StoredCollection): Uint8Array {
  const trees = [...indexes].map(
    ([identity, { root, multikey, forms }]): Doc =>
      new Map<string, Value>([
        ['identity', new Binary(Buffer.from(identity, 'latin1'))],
        ['tree', treeValue(root)],
        ['multikey', [...multikey]],
        ['forms', [...forms]],
      ]),
  );
  return encodeDocument(
    new Map<string, Value>([
      ['name', catalog.name],
      ['uuid', new Binary(Buffer.from(catalog.uuid), Binary.SUBTYPE_UUID)],
      ['type', catalog.type],
      ['options', new Map(catalog.options)],
      ['indexes', catalog.indexes.map(({ specification }) => new Map(specification))],
      ['lsn', Long.fromNumber(lsn)],
      ['records', treeValue(records)],
      ['ids', treeValue(ids)],
      ['idForms', idForms],
      ['trees', trees],
    ]),
  );
}

/** @throws SnapshotDamagedError */
export function decodeCollection(bytes: Uint8Array): StoredCollection {
  return reading(() => {
    const stored = decodeDocument(bytes);
    const catalog: CollectionCatalog = {
      name: text(stored, 'name'),
      uuid: Uint8Array.from(binary(stored.get('uuid'))),
      type: stored.get('type') === 'view' ? 'view' : 'collection',
      options: map(stored.get('options')),
      indexes: list(stored, 'indexes').map(indexDefinition),
    };
    const indexes = list(stored, 'trees').map((index): [string, StoredIndex] => [
      binary(index.get('identity')).toString('latin1'),
      {
        root: rootOf(index.get('tree')),
        multikey: numbers(index.get('multikey')),
        forms: formsOf(index),
      },
    ]);
    return {
      catalog,
      lsn: Number(stored.get('lsn')),
      records: rootOf(stored.get('records')),
      ids: rootOf(stored.get('ids')),
      idForms: stored.has('idForms') ? Number(stored.get('idForms')) : UNKNOWN_FORMS,
      indexes: new Map(indexes),
    };
  });
}

function treeValue({ hash, count }: TreeRoot): Doc {
  return new Map<string, Value>([
    ['root', hash === null ? null : hashValue(hash)],
    ['count', Long.fromNumber(count)],
  ]);
}

function rootOf(value: Value | undefined): TreeRoot {
  const tree = map(value);
  return { hash: hashOf(tree.get('root')), count: Number(tree.get('count')) };
}

function hashValue(hash: ChunkHash): Binary {
  return new Binary(Buffer.from(hash, 'hex'));
}

function hashOf(value: Value | undefined): ChunkHash | null {
  return value === null ? null : binary(value).toString('hex');
}

function binary(value: Value | undefined): Buffer {
  if (!(value instanceof Binary)) throw new TypeError('bytes are missing');
  return Buffer.from(value.buffer.subarray(0, value.position));
}

function map(value: Value | undefined): Doc {
  if (!(value instanceof Map)) throw new TypeError('a document is missing');
  return value;
}

function list(doc: Doc, field: string): Doc[] {
  const value = doc.get(field);
  if (!Array.isArray(value)) throw new TypeError(`'${field}' is missing`);
  return value.map(map);
}

function numbers(value: Value | undefined): number[] {
  if (!Array.isArray(value)) throw new TypeError('a list of numbers is missing');
  return value.map(Number);
}

/** Snapshots from before they were kept know nothing of them. */
function formsOf(index: Doc): number[] {
  const forms = index.get('forms');
  return forms === undefined ? numbers(index.get('multikey')).map(() => UNKNOWN_FORMS) : numbers(forms);
}

function text(doc: Doc, field: string): string {
  const value = doc.get(field);
  if (typeof value !== 'string') throw new TypeError(`'${field}' is missing`);
  return value;
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SnapshotDamagedError((error as Error).message, { cause: error });
  }
}
