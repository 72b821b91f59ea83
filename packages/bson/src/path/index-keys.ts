import type { Collation } from '../collation/collation';
import { ArgonError } from '../errors';
import { encodeKey } from '../key/encode-key';
import { keyForms, UNKNOWN_FORMS } from '../key/key-forms';
import { isCollatable } from '../order/types';
import { BsonUndefined } from '../value';
import type { Doc, Value } from '../value';
import { arrayPosition, documentOf, fieldOf, isDocument } from './values-at-path';
import type { DocumentSource } from './values-at-path';

/** Two fields of a compound index hold arrays in one document; MongoDB's error 171, CannotIndexParallelArrays. */
export class CannotIndexParallelArraysError extends ArgonError {
  constructor(a: string, b: string) {
    super('ARGON_BSON_PARALLEL_ARRAYS', `cannot index parallel arrays [${a}] [${b}]`, { fields: [a, b] });
  }
}

/** A path part that is a number names both an item of an array and a field of its documents; MongoDB's error 16746. */
export class AmbiguousIndexFieldError extends ArgonError {
  constructor(field: string) {
    super(
      'ARGON_BSON_AMBIGUOUS_INDEX_FIELD',
      'Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), ' +
        `field: '${field}'`,
      { field },
    );
  }
}

export interface IndexKeyOptions {
  /** 1 or −1 per path; default 1. */
  readonly directions?: readonly (1 | -1)[];
  /** A sparse index holds no key where all of its fields are missing. */
  readonly sparse?: boolean;
  /** How strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
  /** What is learnt of the document on the way is added here. */
  readonly seen?: SeenInKeys | undefined;
}

/** What there has been under the keys of an index: masks to which bits are added, one per path. */
export interface SeenInKeys {
  /**
   * The arrays that the paths lead through: bit i for the path's i-th part (of `a.b`, bit 0: `a` holds an array). Bit
   * 30 stands for every later part as well.
   */
  readonly multikey: number[];
  /** Which forms the values have that their keys do not tell (`keyForms`). */
  readonly forms: number[];
}

/** The last part of a path that has a bit of its own in a mask of arrays. */
const LAST_BIT = 30;

/**
 * The keys (`encodeKey`) under which an index on these dotted paths holds the document, without duplicates, in no
 * particular order: several if a path leads through an array.
 *
 * @throws CannotIndexParallelArraysError
 * @throws AmbiguousIndexFieldError
 */
export function indexKeys(
  document: DocumentSource,
  paths: readonly string[],
  options: IndexKeyOptions = {},
): string[] {
  const plain = plainValues(document, paths);
  if (plain !== undefined) {
    if (options.seen !== undefined) addForms(options.seen.forms, plain, options.collation);
    return [encodeKey(plain, options.directions, options.collation)];
  }
  const keys = new Set<string>();
  for (const values of indexValues(document, paths, options)) {
    keys.add(encodeKey(values, options.directions, options.collation));
    if (options.seen !== undefined) addForms(options.seen.forms, values, options.collation);
  }
  return [...keys];
}

/** The values of most documents: each path is the name of a field that is there, and holds no array. */
function plainValues(document: DocumentSource, paths: readonly string[]): Value[] | undefined {
  const values: Value[] = [];
  for (const path of paths) {
    const value = path.includes('.') ? undefined : fieldOf(document, path);
    if (value === undefined || Array.isArray(value)) return undefined;
    values.push(value);
  }
  return values;
}

function addForms(forms: number[], values: readonly Value[], collation: Collation | undefined): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    const own = collation !== undefined && isCollatable(value) ? UNKNOWN_FORMS : keyForms(value);
    forms[index] = (forms[index] ?? 0) | own;
  }
}

/** The same as values, one per path; there may be duplicates. A missing field is null, an empty array undefined. */
export function indexValues(
  document: DocumentSource,
  paths: readonly string[],
  options: IndexKeyOptions = {},
): Value[][] {
  const found: Value[][] = [];
  const lengths: number[] = [];
  const fields = paths.map((path): Field => ({
    rest: path.split('.'),
    value: null,
    missing: false,
    positioned: undefined,
  }));
  // Decoded once, so that an array on two paths is one array.
  const tops = new Map<string, Value>();
  for (const { rest } of fields) {
    lengths.push(rest.length);
    const name = rest[0]!;
    const value = tops.has(name) ? undefined : fieldOf(document, name);
    if (value !== undefined) tops.set(name, value);
  }
  expand(tops, fields, { sparse: options.sparse ?? false, multikey: options.seen?.multikey, lengths, found });
  return found;
}

/** What stays the same while a document's keys are made. */
interface Expansion {
  readonly sparse: boolean;
  readonly multikey: number[] | undefined;
  /** Parts of each path. */
  readonly lengths: readonly number[];
  readonly found: Value[][];
}

/** How far one path of the index has been followed. */
interface Field {
  /** The parts of the path still to follow; none once `value` is final. */
  readonly rest: readonly string[];
  readonly value: Value;
  readonly missing: boolean;
  /** What the rest leads to if its first part selects an item of the array being expanded. */
  readonly positioned: Positioned | undefined;
}

interface Positioned {
  readonly step: Step;
  /** The selected item is itself an array. */
  readonly nested: boolean;
}

/** The first array on a path, with the parts that follow it; or the value at the path's end. */
interface Step {
  readonly value: Value | undefined;
  readonly rest: readonly string[];
}

const NO_FIELDS: Doc = new Map();

/** mongod's BtreeKeyGenerator: follows all paths to their first array, and again for each item of that array. */
function expand(source: Doc, fields: readonly Field[], expansion: Expansion): void {
  const { sparse, multikey, lengths, found } = expansion;
  let array: Value[] | undefined;
  let arrayField = '';
  let itemsUnembedded = true;
  const through = new Set<number>();
  const next = fields.map((field, index): Field => {
    if (field.rest.length === 0) return field;
    const { step, nested } = follow(source, field);
    if (nested) itemsUnembedded = false;
    if (step.value === undefined) return { rest: [], value: null, missing: true, positioned: undefined };
    if (!Array.isArray(step.value))
      return { rest: [], value: step.value, missing: false, positioned: undefined };
    const name = field.rest[field.rest.length - step.rest.length - 1]!;
    if (array !== undefined && array !== step.value)
      throw new CannotIndexParallelArraysError(name, arrayField);
    array = step.value;
    arrayField = name;
    through.add(index);
    if (multikey !== undefined) {
      const part = lengths[index]! - step.rest.length - 1;
      multikey[index] = (multikey[index] ?? 0) | (1 << Math.min(part, LAST_BIT));
    }
    return { rest: step.rest, value: step.value, missing: false, positioned: undefined };
  });
  if (array === undefined) {
    if (!(sparse && next.every((field) => field.missing))) found.push(next.map((field) => field.value));
    return;
  }
  const items: Value[] = array;
  const unembedded = itemsUnembedded || items.length === 0;
  const prepared = next.map((field) => ({ ...field, positioned: positionedStep(items, field) }));
  for (const item of items.length > 0 ? items : [BsonUndefined.VALUE]) {
    const inItem = prepared.map((field, index) =>
      through.has(index) && field.rest.length === 0 ? { ...field, value: unembedded ? item : items } : field,
    );
    expand(isDocument(item) ? documentOf(item) : NO_FIELDS, inItem, expansion);
  }
}

function follow(source: Doc, field: Field): { step: Step; nested: boolean } {
  const first = source.get(field.rest[0]!);
  if (first === undefined) return field.positioned ?? { step: { value: undefined, rest: [] }, nested: false };
  if (field.positioned !== undefined) throw new AmbiguousIndexFieldError(field.rest[0]!);
  return { step: toFirstArray(first, field.rest, 1), nested: false };
}

function toFirstArray(start: Value, path: readonly string[], depth: number): Step {
  let value: Value | undefined = start;
  for (let index = depth; index < path.length; index++) {
    if (Array.isArray(value)) return { value, rest: path.slice(index) };
    if (value === undefined || !isDocument(value)) return { value: undefined, rest: [] };
    value = documentOf(value).get(path[index]!);
  }
  return { value, rest: [] };
}

function positionedStep(items: readonly Value[], field: Field): Positioned | undefined {
  if (field.rest.length === 0) return undefined;
  const item = items[arrayPosition(field.rest[0]!)];
  if (item === undefined) return undefined;
  return { step: toFirstArray(item, field.rest, 1), nested: Array.isArray(item) };
}
