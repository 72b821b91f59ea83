import { encodeKey } from '@argon/bson';
import { metadataUnavailable } from '../aggregate/needed-metadata';
import type { Doc, Value, Collation } from '@argon/bson';
import { decodeAt, findField } from '../match/walk/bytes';
import { keyValues } from './key-values';
import { parseSort } from './parse';
import type { Direction, ParsedSort } from './parse';
import { plainValue } from './raw-values';

/** A sort, compiled once for any number of documents. */
export interface Sorter {
  /** The specification is empty: documents keep their order. */
  readonly identity: boolean;
  /** `{$natural: ±1}`: stored order or its reverse, instead of a sort. */
  readonly natural: Direction | undefined;
  /** The fields sorted by, as dotted paths; undefined if part of the sort is no field. */
  readonly fields: ReadonlyMap<string, Direction> | undefined;
  /**
   * What a document is sorted by: documents with lesser keys (compared as JavaScript compares strings) come first.
   *
   * @throws CommandError BadValue if the sort runs through two different arrays of the document.
   */
  key(document: Uint8Array | Doc): string;
  /** The values behind the key, for `{$meta: 'sortKey'}`. */
  values(document: Uint8Array | Doc): readonly Value[];
}

/**
 * Compiles a sort specification.
 *
 * @param score - For `{$meta: 'textScore'}`.
 * @param collation - How strings compare; default: by their bytes.
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function compileSort(spec: Doc, score?: Score, collation?: Collation): Sorter {
  const parsed = parseSort(spec);
  if (score === undefined && parsed.parts.some(({ kind }) => kind === 'score')) {
    throw metadataUnavailable('textScore');
  }
  // A find that sorts by distance sorts by `$near`, and so needs no other word for it.
  if (parsed.parts.some(({ kind }) => kind === 'distance')) throw metadataUnavailable('geoNearDistance');
  return new CompiledSort(parsed, score, collation);
}

/** How well a document meets a search. */
export type Score = (document: Uint8Array | Doc) => number;

const SCORE = -2;

interface Chosen {
  readonly key: string;
  readonly values: readonly Value[];
}

class CompiledSort implements Sorter {
  readonly identity: boolean;
  readonly natural: Direction | undefined;
  readonly fields: ReadonlyMap<string, Direction> | undefined;
  readonly #directions: readonly Direction[];
  readonly #paths: readonly (readonly string[])[];
  readonly #encoded: readonly (readonly Uint8Array[])[];
  /** For each part of the sort its place among the paths; −1 for a random value, −2 for the score. */
  readonly #places: readonly number[];

  constructor(
    { parts, natural }: ParsedSort,
    private readonly score: Score | undefined,
    private readonly collation: Collation | undefined,
  ) {
    this.identity = parts.length === 0 && natural === undefined;
    this.natural = natural;
    const paths = parts.filter((part) => part.kind === 'path');
    this.#directions = parts.map((part) =>
      part.kind === 'path' ? part.direction : part.kind === 'score' ? -1 : 1,
    );
    this.#paths = paths.map(({ path }) => path);
    this.#encoded = this.#paths.map((path) => path.map((part) => Buffer.from(part)));
    this.#places = parts.map((part) =>
      part.kind === 'path' ? paths.indexOf(part) : part.kind === 'score' ? SCORE : -1,
    );
    this.fields =
      paths.length === parts.length
        ? new Map(paths.map(({ path, direction }) => [path.join('.'), direction]))
        : undefined;
  }

  key(document: Uint8Array | Doc): string {
    const plain = document instanceof Map ? undefined : this.#plainValues(document);
    return plain ? encodeKey(plain, this.#directions, this.collation) : this.#least(document).key;
  }

  values(document: Uint8Array | Doc): readonly Value[] {
    return this.#least(document).values;
  }

  /** The values of a document in which no array lies on any path: there is only one of each. */
  #plainValues(bytes: Uint8Array): Value[] | undefined {
    const values: Value[] = [];
    for (const place of this.#places) {
      const value =
        place === SCORE
          ? this.score!(bytes)
          : place < 0
            ? Math.random()
            : plainValue(bytes, this.#encoded[place]!);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  /** The top-level fields that the sort looks at, decoded. */
  #sortedFields(bytes: Uint8Array): Doc {
    const fields: Doc = new Map();
    for (const [index, [name]] of this.#paths.entries()) {
      const encoded = this.#encoded[index]![0]!;
      const at = findField(bytes, 0, encoded);
      if (at >= 0) fields.set(name!, decodeAt(bytes, bytes[at]!, at + encoded.length + 2)!);
    }
    return fields;
  }

  /** Of all keys that arrays give the document, the one that comes first. */
  #least(document: Uint8Array | Doc): Chosen {
    const doc = document instanceof Map ? document : this.#sortedFields(document);
    let least: Chosen | undefined;
    const score = this.#places.includes(SCORE) ? this.score!(document) : 0;
    const random = Math.random();
    for (const reached of keyValues(doc, this.#paths)) {
      const values = this.#places.map((place) =>
        place === SCORE ? score : place < 0 ? random : (reached[place] ?? null),
      );
      const key = encodeKey(values, this.#directions, this.collation);
      if (least === undefined || key < least.key) least = { key, values };
    }
    return least!;
  }
}
