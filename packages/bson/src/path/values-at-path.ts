import { asBuffer } from '../document/text';
import { toDoc } from '../document/convert';
import { elementValue, findElement } from '../raw/elements';
import { RawDocument } from '../value';
import type { Doc, Value } from '../value';

/** A document in either form: encoded, of which only the path's first field is decoded, or decoded. */
export type DocumentSource = Uint8Array | Doc;

/** The value of a top-level field; undefined if it is missing. */
export function fieldOf(document: DocumentSource, name: string): Value | undefined {
  if (document instanceof Map) return document.get(name);
  const bytes = asBuffer(document);
  const element = findElement(bytes, name);
  return element && elementValue(bytes, element);
}

/**
 * The values a filter on a dotted path looks at: arrays on the way are searched item by item (documents only) and
 * by position where a part of the path is a number; an array at the end gives its items, then itself. Missing values
 * are left out.
 */
export function valuesAtPath(document: DocumentSource, path: readonly string[]): Value[] {
  const found: Value[] = [];
  const first = fieldOf(document, path[0] ?? '');
  if (first !== undefined) walk(first, path, 1, found);
  return found;
}

/** `value` is what the first `depth` parts of the path lead to. */
function walk(value: Value, path: readonly string[], depth: number, found: Value[]): void {
  if (Array.isArray(value)) {
    walkArray(value, path, depth, found);
  } else if (depth === path.length) {
    found.push(value);
  } else if (isDocument(value)) {
    const next = documentOf(value).get(path[depth]!);
    if (next !== undefined) walk(next, path, depth + 1, found);
  }
}

function walkArray(array: readonly Value[], path: readonly string[], depth: number, found: Value[]): void {
  if (depth === path.length) {
    found.push(...array, array as Value[]);
    return;
  }
  const part = path[depth]!;
  for (let index = 0; index < array.length; index++) {
    const item = array[index]!;
    if (isDocument(item)) walk(item, path, depth, found);
    if (String(index) !== part) continue;
    if (depth + 1 === path.length) found.push(item);
    else if (Array.isArray(item)) walkArray(item, path, depth + 1, found);
    else if (isDocument(item)) walk(item, path, depth + 1, found);
  }
}

/**
 * The values `distinct` collects for a dotted path: an array at the end gives its items (nothing if it is empty); a
 * part of the path that is a number selects by position only.
 */
export function distinctValuesAtPath(document: DocumentSource, path: readonly string[]): Value[] {
  const found: Value[] = [];
  const first = fieldOf(document, path[0] ?? '');
  if (first !== undefined) collect(first, path, 1, found);
  return found;
}

function collect(value: Value, path: readonly string[], depth: number, found: Value[]): void {
  if (depth === path.length) {
    if (Array.isArray(value)) found.push(...value);
    else found.push(value);
  } else if (isDocument(value)) {
    const next = documentOf(value).get(path[depth]!);
    if (next !== undefined) collect(next, path, depth + 1, found);
  } else if (Array.isArray(value)) {
    collectFromArray(value, path, depth, found);
  }
}

function collectFromArray(
  array: readonly Value[],
  path: readonly string[],
  depth: number,
  found: Value[],
): void {
  if (/^\d+$/.test(path[depth]!)) {
    const item = array[arrayPosition(path[depth]!)];
    if (item !== undefined) collect(item, path, depth + 1, found);
    return;
  }
  for (const item of array) if (isDocument(item)) collect(item, path, depth, found);
}

/** The array position a path part names: digits without a leading zero; −1 for anything else. */
export function arrayPosition(part: string): number {
  return /^(0|[1-9]\d*)$/.test(part) ? Number(part) : -1;
}

export function isDocument(value: Value): value is Doc | RawDocument {
  return value instanceof Map || value instanceof RawDocument;
}

export function documentOf(value: Doc | RawDocument): Doc {
  return value instanceof Map ? value : toDoc(value);
}
