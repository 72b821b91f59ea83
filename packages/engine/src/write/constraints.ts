import { decodeDocument, encodeKey, indexValues, type Doc, type Value, type Collation } from '@argon/bson';
import {
  indexKind,
  type BranchState,
  type CollectionCatalog,
  type IndexDefinition,
  type Materializer,
} from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { defaultCollation, indexCollation } from '../collation/wanted-collation';
import { collationDocument } from '../collation/read-collation';
import { CommandError } from '../handler/errors';
import type { Claimant } from '../transaction/claims';
import { compileValidator, validationDetails } from '../validate/validator';
import { clusteredIndexOf } from '../view/clustered';
import { CollectionView, type DocumentSource } from '../view/collection-view';
import { checkIndexable } from './indexable';
import { describeValue } from '../match/parse/describe';

const NO_KEYS: readonly string[] = [];

/** Whether documents with a key that is taken are refused: the index is unique, or to become so. */
export function refusesDuplicates({ unique, prepareUnique }: IndexDefinition): boolean {
  return unique || prepareUnique;
}

/** What a collection demands of the documents in it: its validator and its unique indexes. */
export class Constraints {
  constructor(
    private readonly database: string,
    private readonly materializer: Materializer,
  ) {}

  namespace(collection: string): string {
    return `${this.database}.${collection}`;
  }

  /** @throws CommandError DocumentValidationFailure */
  validate(catalog: CollectionCatalog, document: Uint8Array, previous?: Uint8Array): void {
    const validator = catalog.options.get('validator');
    if (!(validator instanceof Map) || validator.size === 0) return;
    if (catalog.options.get('validationAction') === 'warn') return;
    const level = catalog.options.get('validationLevel') ?? 'strict';
    if (level === 'off') return;
    const matcher = compileValidator(validator, defaultCollation(catalog));
    if (matcher.matches(document)) return;
    // Moderate: a document that was invalid before may stay so.
    if (level === 'moderate' && previous !== undefined && !matcher.matches(previous)) return;
    throw new CommandError('DocumentValidationFailure', 'Document failed validation', {
      extra: new Map([['errInfo', validationDetails(validator, decodeDocument(document))]]),
    });
  }

  hasUnique(catalog: CollectionCatalog): boolean {
    return catalog.indexes.some(refusesDuplicates);
  }

  /**
   * Builds the unique indexes of a collection that a draft is about to change. From then on the draft's states keep
   * them up to date; they could not be built later, when some documents are only in the draft.
   */
  async prepare(state: BranchState, catalog: CollectionCatalog): Promise<void> {
    for (const index of catalog.indexes) {
      if (refusesDuplicates(index)) await this.materializer.indexOf(state, catalog.name, index.name);
    }
  }

  /** @throws CommandError DuplicateKey when a unique index already holds one of the document's keys */
  async checkUnique(
    namespace: string,
    state: BranchState,
    catalog: CollectionCatalog,
    document: Uint8Array,
    except: Lsn | undefined,
    previous?: Uint8Array,
    claimant?: Claimant,
  ): Promise<void> {
    for (const index of catalog.indexes) {
      if (!refusesDuplicates(index)) continue;
      const tree = await this.materializer.indexOf(state, catalog.name, index.name);
      // What is to be unique may have keys twice from before; they may stay.
      const kept = index.unique || previous === undefined ? NO_KEYS : tree.keysOf(previous);
      const keys = tree.keysOf(document);
      // Of several that are taken, mongod tells of the least.
      for (const key of keys.length > 1 ? [...keys].sort() : keys) {
        if (kept.includes(key)) continue;
        const conflict = tree.conflict(key, except);
        if ((conflict instanceof Promise ? await conflict : conflict) !== undefined)
          throw duplicate(namespace, index, document, key);
        if (claimant !== undefined) await claimant.unique(catalog, index.name, key, except);
      }
    }
  }

  /** Checks what a new index demands of the documents that are already there. @throws CommandError */
  async checkNewIndex(
    namespace: string,
    state: BranchState,
    collection: string,
    index: IndexDefinition,
    source: DocumentSource,
  ): Promise<void> {
    if (isWithoutKeys(index)) {
      await checkAll(new CollectionView(collection, state, state.collections.get(collection), source), index);
      return;
    }
    const tree = await this.materializer.indexOf(state, collection, index.name);
    if (!index.unique) return;
    const twice = await tree.firstDuplicate();
    if (twice === undefined) return;
    const second = await state.collections.get(collection)!.byRecord(twice.records[1]!);
    const [bytes] = await source.documents(state, [second!.lsn]);
    throw duplicate(namespace, index, bytes!, twice.key);
  }

  duplicateId(namespace: string, id: Value, catalog?: CollectionCatalog): CommandError {
    const index = clusteredIndexOf(catalog) === undefined ? '_id_' : undefined;
    const keyValue = new Map([['_id', id]]);
    return duplicateKey(namespace, index, new Map([['_id', 1]]), keyValue, defaultCollation(catalog));
  }
}

/** Of places and texts, an index has no keys: it says what documents may hold. */
function isWithoutKeys({ key }: IndexDefinition): boolean {
  return ['2d', '2dsphere', 'text'].includes(indexKind(key));
}

async function checkAll(view: CollectionView, index: IndexDefinition): Promise<void> {
  const catalog = { ...view.catalog!, indexes: [index] };
  for await (const { documents } of view.scan()) {
    for (const document of documents) checkIndexable(catalog, document);
  }
}

/** The refusal of a key that is taken, with the values behind it. */
function duplicate(
  namespace: string,
  index: IndexDefinition,
  document: Uint8Array,
  key: string,
): CommandError {
  const collation = indexCollation(index);
  const paths = [...index.key.keys()];
  const directions = [...index.key.values()].map((direction) => (Number(direction) < 0 ? -1 : 1));
  const values =
    indexValues(document, paths).find((candidate) => encodeKey(candidate, directions, collation) === key) ??
    [];
  const keyValue: Doc = new Map(paths.map((path, i) => [path, values[i] ?? null]));
  return duplicateKey(namespace, index.name, new Map(index.key), keyValue, collation);
}

function duplicateKey(
  namespace: string,
  index: string | undefined,
  keyPattern: Doc,
  keyValue: Doc,
  collation: Collation | undefined,
): CommandError {
  if (collation !== undefined) return collatedDuplicate(namespace, index, keyPattern, keyValue, collation);
  const shown = [...keyValue].map(([field, value]) => `${field}: ${describeValue(value)}`).join(', ');
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace}${index === undefined ? '' : ` index: ${index}`} dup key: { ${shown} }`,
    {
      extra: new Map<string, Value>([
        ['keyPattern', keyPattern],
        ['keyValue', keyValue],
      ]),
    },
  );
}

/** mongod tells which collation made keys equal, and of strings their sort keys. */
function collatedDuplicate(
  namespace: string,
  index: string | undefined,
  keyPattern: Doc,
  keyValue: Doc,
  collation: Collation,
): CommandError {
  const keys = [...keyValue].map(([field, value]) => {
    const isText = typeof value === 'string';
    const hex = isText ? Buffer.from(collation.key(value), 'latin1').toString('hex') : undefined;
    return {
      field,
      value: hex ?? value,
      shown: hex === undefined ? describeValue(value) : `"0x${hex}"`,
      isText,
    };
  });
  const document = collationDocument(collation);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace}${index === undefined ? '' : ` index: ${index}`} collation: ${describeValue(document)} ` +
      `dup key: { ${keys.map(({ field, shown }) => `${field}: ${shown}`).join(', ')} }`,
    {
      extra: new Map<string, Value>([
        ['keyPattern', keyPattern],
        ['keyValue', new Map(keys.map(({ field, value }) => [field, value]))],
        ...(keys.some(({ isText }) => isText)
          ? [['hexEncoded', keys.map(({ isText }) => isText)] as [string, Value]]
          : []),
        ['collation', document],
      ]),
    },
  );
}
