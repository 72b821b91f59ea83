import {
  BsonUndefined,
  CannotIndexParallelArraysError,
  compareValues,
  indexValues,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { valueAtPath } from '../expression/field-path';
import { asInt32 } from '../expression/integral';
import { metadataOf, metaValue } from '../metadata';

export type ValueOrder = (left: Value | undefined, right: Value | undefined) => number;

/** One field of a sort pattern. */
export interface SortField {
  readonly name: string;
  readonly path: readonly string[];
  readonly direction: 1 | -1;
  /** How its strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
  /** `{$meta: name}`: what is sorted by is not in the document. */
  readonly metadata?: string;
}

/** What a document sorts by: one value per field of the pattern. */
export type SortKey = readonly Value[];

/** Reads `{field: 1 | -1, …}` where nothing else is allowed (`$sortArray`, `$topN`, `sortBy` of windows). */
function parseSortPattern(
  pattern: Doc,
  collation: Collation | undefined,
  failure: (message: string) => CommandError,
): SortField[] {
  if (pattern.size === 0) {
    throw failure('BadValue: The sort pattern is empty when it should be a set of fields.');
  }
  return Array.from(pattern, ([name, value]) => {
    const direction = asInt32(value);
    if (direction !== 1 && direction !== -1) {
      throw failure('BadValue: The sort element value must be either 1 or -1');
    }
    const path = name.split('.');
    if (path.includes('')) {
      throw failure(`BadValue: The sort field is a dotted field but has an empty part: ${name}`);
    }
    return { name, path, direction, collation };
  });
}

/** The order of whole values by a pattern; what is no document has null in every field. */
export function compileSortPattern(
  pattern: Doc,
  collation: Collation | undefined,
  failure: (message: string) => CommandError,
): ValueOrder {
  const fields = parseSortPattern(pattern, collation, failure);
  const compare = sortKeyOrder(fields);
  const nulls: SortKey = fields.map(() => null);
  const keyOf = (value: Value | undefined): SortKey =>
    value instanceof Map ? sortKeyOf(value, fields) : nulls;
  return (left, right) => compare(keyOf(left), keyOf(right));
}

/**
 * What a document sorts by. Of the values that an array offers, the first in the pattern's order; null where a path
 * leads nowhere. Two different arrays in one document cannot be sorted by (BadValue).
 */
export function sortKeyOf(document: Doc, fields: readonly SortField[]): SortKey {
  // mongod holds that `_id` is never an array, so by itself it sorts as it is.
  if (fields.length === 1 && fields[0]?.name === '_id') return [document.get('_id') ?? null];
  return compoundKeyOf(document, fields);
}

function keyWithMetadata(document: Doc, fields: readonly SortField[]): SortKey {
  const paths = fields.filter(({ metadata }) => metadata === undefined);
  const values = compoundKeyOf(document, paths).values();
  return fields.map(({ metadata }): Value =>
    metadata === undefined
      ? (values.next().value as Value)
      : (metaValue(metadata, metadataOf(document)) ?? null),
  );
}

/** The same for fields that are part of a longer pattern. */
export function compoundKeyOf(document: Doc, fields: readonly SortField[]): SortKey {
  const key: Value[] = [];
  for (const { path, metadata } of fields) {
    if (metadata !== undefined) return keyWithMetadata(document, fields);
    const value = plainValue(document, path);
    if (value === ARRAY_MET) return keyAmongArrays(document, fields);
    key.push(value);
  }
  return key;
}

/**
 * What a document sorts by for `$top` and its like, which take each field as an expression: an array as it is, but an
 * empty one before null.
 */
export function evaluatedSortKey(document: Doc, fields: readonly SortField[]): SortKey {
  const values = fields.map((field) => sortValueOf(document, field));
  if (values.filter((value) => Array.isArray(value)).length > 1) throw parallelArrays();
  return values.map((value) =>
    Array.isArray(value) && value.length === 0 ? BsonUndefined.VALUE : (value ?? null),
  );
}

/** What a document holds in a field of a pattern. */
export function sortValueOf(document: Doc, { path, metadata }: SortField): Value | undefined {
  return metadata === undefined ? valueAtPath(document, path) : metaValue(metadata, metadataOf(document));
}

function parallelArrays(cause?: unknown): CommandError {
  return new CommandError('BadValue', 'cannot sort with keys that are parallel arrays', { cause });
}

export function sortKeyOrder(fields: readonly SortField[]): (left: SortKey, right: SortKey) => number {
  return (left, right) => {
    for (let index = 0; index < fields.length; index++) {
      const { direction, collation } = fields[index] as SortField;
      const order = compareValues(left[index], right[index], collation);
      if (order !== 0) return direction * order;
    }
    return 0;
  };
}

const ARRAY_MET = Symbol('array');

function plainValue(document: Doc, path: readonly string[]): Value | typeof ARRAY_MET {
  let current: Value | undefined = document;
  for (const name of path) {
    if (Array.isArray(current)) return ARRAY_MET;
    current = current instanceof Map ? current.get(name) : undefined;
  }
  if (Array.isArray(current)) return ARRAY_MET;
  return current === undefined ? null : current;
}

function keyAmongArrays(document: Doc, fields: readonly SortField[]): SortKey {
  const compare = sortKeyOrder(fields);
  const candidates = candidateKeys(document, fields);
  return candidates.reduce((best, candidate) => (compare(candidate, best) < 0 ? candidate : best));
}

function candidateKeys(document: Doc, fields: readonly SortField[]): Value[][] {
  try {
    return indexValues(
      document,
      fields.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof CannotIndexParallelArraysError)) throw error;
    throw parallelArrays(error);
  }
}
