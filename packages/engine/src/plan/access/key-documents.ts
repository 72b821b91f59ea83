import { encodeDocument, indexValues, keyValue, splitKey, type Doc, type Value } from '@argon/bson';
import type { IndexEntry } from '@argon/materializer';
import type { Lsn, MaybePromise } from '@argon/wal';
import type { CollectionView } from '../../view/collection-view';
import { mayHoldStrings } from '../bounds/interval';
import type { IndexBounds } from './index-bounds';
import type { PlannedIndex } from './planned-index';

/** A field of an index that goes into the documents made of its keys. */
interface Wanted {
  readonly field: number;
  readonly parts: readonly string[];
  readonly forms: number;
}

/**
 * Makes documents of an index's keys that hold the fields on some of its paths, in the order of the index; null where a
 * document has no such field, as in mongod. Of keys that do not tell which value they stand for (of `1`, whether it was
 * an int32 or a double, where there have been both) the record's document is read.
 */
export class KeyDocuments {
  readonly #wanted: readonly Wanted[];
  readonly #paths: readonly string[];

  /** @param paths - Of fields that lead through no array. */
  constructor(
    private readonly view: CollectionView,
    private readonly index: PlannedIndex,
    paths: readonly string[],
  ) {
    this.#wanted = index.fields.flatMap(({ path, parts }, field) =>
      paths.includes(path) ? [{ field, parts, forms: index.view.forms[field]! }] : [],
    );
    this.#paths = this.#wanted.map(({ field }) => index.fields[field]!.path);
  }

  of(entries: readonly IndexEntry[], examined: { documents: number }): MaybePromise<Uint8Array[]> {
    const documents = new Array<Uint8Array>(entries.length);
    const untold: number[] = [];
    for (let i = 0; i < entries.length; i++) {
      const document = this.#fromKey(entries[i]!.key);
      if (document === undefined) untold.push(i);
      else documents[i] = document;
    }
    if (untold.length === 0) return documents;
    examined.documents += untold.length;
    return this.#read(untold.map((i) => entries[i]!.record)).then((read) => {
      for (const [at, i] of untold.entries()) documents[i] = this.#fromDocument(read[at]!);
      return documents;
    });
  }

  #fromKey(key: string): Uint8Array | undefined {
    const keys = splitKey(key, this.index.directions);
    const document: Doc = new Map();
    for (const { field, parts, forms } of this.#wanted) {
      const value = keyValue(keys[field]!, forms);
      if (value === undefined) return undefined;
      put(document, parts, value);
    }
    return encodeDocument(document);
  }

  #fromDocument(bytes: Uint8Array): Uint8Array {
    const document: Doc = new Map();
    const [values] = indexValues(bytes, this.#paths);
    for (const [at, { parts }] of this.#wanted.entries()) put(document, parts, values![at]!);
    return encodeDocument(document);
  }

  async #read(records: readonly Lsn[]): Promise<readonly Uint8Array[]> {
    return this.view.loadAll(await this.view.refs(records));
  }
}

function put(document: Doc, parts: readonly string[], value: Value): void {
  let at = document;
  for (const part of parts.slice(0, -1)) {
    let inner = at.get(part);
    if (!(inner instanceof Map)) at.set(part, (inner = new Map()));
    at = inner;
  }
  at.set(parts[parts.length - 1]!, value);
}

/**
 * The fields of an index that hold all of these paths, by path, in the order of the index; undefined if they do not, if
 * arrays are in the way, or if keys do not tell how the document was made: where one path is inside another, or a part of
 * one is a number, or by a collation several strings have one key.
 */
export function coveringPaths(
  index: PlannedIndex,
  bounds: IndexBounds,
  paths: ReadonlySet<string>,
): readonly string[] | undefined {
  // Keys of what is inside a path's value, in a wildcard index.
  if (index.repeats && !index.isMultikey) return undefined;
  const found = index.fields.filter((field) => paths.has(field.path));
  if (found.length < paths.size || found.length === 0) return undefined;
  const isPlain = found.every(
    ({ path, multikey, isPositional, isHashed }) =>
      multikey === 0 &&
      !isHashed &&
      !isPositional &&
      !index.fields.some((other) => areNested(path, other.path)),
  );
  if (!isPlain) return undefined;
  const isTold = index.fields.every(
    (field, at) =>
      !found.includes(field) || index.collation === undefined || !mayHoldStrings(bounds.fields[at]!),
  );
  return isTold ? found.map(({ path }) => path) : undefined;
}

function areNested(a: string, b: string): boolean {
  return a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
