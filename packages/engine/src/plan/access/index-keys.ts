import { encodeKey, indexValues, keyValue, splitKey, type Doc, type Value } from '@argon/bson';
import { indexKind, type IndexEntry } from '@argon/materializer';
import { clusteredIndexOf } from '../../view/clustered';
import type { CollectionView } from '../../view/collection-view';
import { CommandError } from '../../handler/errors';
import type { PlannedIndex } from './planned-index';

/**
 * The keys of an index as documents, for `{$meta: 'indexKey'}` and `returnKey`: the values of its fields under their dotted
 * paths. Where a key does not tell which value it stands for, the record's document is read.
 */
export class IndexKeys {
  /** @throws CommandError CommandNotSupported for an index whose keys are something else than in mongod */
  constructor(
    private readonly view: CollectionView,
    private readonly index: PlannedIndex,
  ) {
    const kind = indexKind(index.definition.key);
    if (kind !== 'ordered' && kind !== 'hashed' && kind !== 'text')
      throw notShown(`an index of the kind '${kind}'`);
  }

  /** The documents; none of an index of texts, and of the order of a clustered collection. */
  async of(entries: readonly IndexEntry[]): Promise<readonly (Doc | undefined)[]> {
    const { index, view } = this;
    const isText = indexKind(index.definition.key) === 'text';
    const isCluster = index.definition.name === '_id_' && clusteredIndexOf(view.catalog) !== undefined;
    if (isText || isCluster) return entries.map(() => undefined);
    const found = entries.map(({ key }) => this.#told(key));
    const untold = found.flatMap((values, i) => (values === undefined ? [i] : []));
    if (untold.length > 0) {
      const documents = await view.loadAll(await view.refs(untold.map((i) => entries[i]!.record)));
      for (const [at, i] of untold.entries()) found[i] = this.#read(entries[i]!.key, documents[at]!);
    }
    return found.map((values) => new Map(index.fields.map(({ path }, field) => [path, values![field]!])));
  }

  #told(key: string): readonly Value[] | undefined {
    const { collation, directions, view } = this.index;
    // By a collation, several strings have one key.
    if (collation !== undefined) return undefined;
    const keys = splitKey(key, directions);
    const values = keys.map((each, field) => keyValue(each, view.forms[field]!));
    return values.includes(undefined) ? undefined : (values as Value[]);
  }

  /** Of the keys that a document has, the one in question. */
  #read(key: string, document: Uint8Array): readonly Value[] {
    const { collation, directions, fields } = this.index;
    if (fields[0]!.path === '$_path') throw notShown('a wildcard index with numbers of several types');
    const all = indexValues(
      document,
      fields.map(({ path }) => path),
    );
    const isHashed = fields.some((field) => field.isHashed);
    if (isHashed) return this.#hashed(key, all[0]!);
    const values = all.find((each) => encodeKey(each, directions, collation) === key) ?? all[0]!;
    const isCollated = (value: Value): boolean =>
      typeof value === 'string' || value instanceof Map || Array.isArray(value);
    if (collation !== undefined && values.some(isCollated)) throw notShown('strings under a collation');
    return values;
  }

  /** Hashes are in the key alone; an index with one has no arrays. */
  #hashed(key: string, values: readonly Value[]): readonly Value[] {
    const { directions, fields, view } = this.index;
    const keys = splitKey(key, directions);
    return values.map((value, field) =>
      fields[field]!.isHashed ? (keyValue(keys[field]!, view.forms[field]!) ?? null) : value,
    );
  }
}

function notShown(what: string): CommandError {
  return new CommandError('CommandNotSupported', `the index keys of ${what} are not shown`);
}
