import { decodeDocument, isIdentical, type Doc, type Value } from '@argon/bson';
import type { FieldPath } from '../document/changes';
import { commonEnds } from '../document/common-ends';
import type { BlamedField } from './contract';
import type { LoggedChange } from './logged-change';

/**
 * What of a document's present values is not explained yet, by where it lies in an earlier version: a leaf (a value that
 * holds no others), or some of the fields or elements of what lies there.
 */
type Unexplained =
  | { readonly kind: 'leaf'; readonly path: FieldPath }
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Unexplained> }
  | { readonly kind: 'elements'; readonly elements: ReadonlyMap<number, Unexplained> };

/**
 * Which version gave each field of a document the value that it has: the first one since which it has had that value,
 * in that place, without a break. Elements of an array stay the same when others come or go before or behind them.
 * @param versions of the document, newest first, in batches; read only as far as it takes
 */
export async function blameFields(
  versions: AsyncIterable<readonly LoggedChange[]>,
): Promise<readonly BlamedField[]> {
  const found = new Map<string, Pick<BlamedField, 'change' | 'isOlder'>>();
  let present: Doc | undefined;
  let left: Unexplained | undefined;
  let last: LoggedChange | undefined;
  search: for await (const batch of versions) {
    for (const change of batch) {
      if (change.after === undefined) break search;
      last = change;
      const now = decodeDocument(change.after);
      present ??= now;
      left ??= unexplained([], now);
      const before = change.before === undefined ? undefined : decodeDocument(change.before);
      const isOlder = before === undefined && change.operation !== 'insert';
      left = explained(before, now, left, (path) => found.set(pathKey(path), { change, isOlder }));
      if (left === undefined) break search;
    }
  }
  if (present === undefined || last === undefined) return [];
  const fields: BlamedField[] = [];
  // What compaction left no version for is at least as old as the oldest one there is.
  const rest = { change: last, isOlder: true };
  leavesOf([], present, (path, value) => {
    fields.push({ path, value, ...(found.get(pathKey(path)) ?? rest) });
  });
  return fields;
}

function pathKey(path: FieldPath): string {
  return JSON.stringify(path);
}

function leavesOf(path: FieldPath, value: Value, leaf: (path: FieldPath, value: Value) => void): void {
  if (value instanceof Map && value.size > 0) {
    for (const [name, field] of value) leavesOf([...path, name], field, leaf);
  } else if (Array.isArray(value) && value.length > 0) {
    for (const [i, element] of value.entries()) leavesOf([...path, i], element, leaf);
  } else {
    leaf(path, value);
  }
}

function unexplained(path: FieldPath, value: Value): Unexplained {
  if (value instanceof Map && value.size > 0) {
    const fields = [...value].map(([name, field]) => [name, unexplained([...path, name], field)] as const);
    return { kind: 'fields', fields: new Map(fields) };
  }
  if (Array.isArray(value) && value.length > 0) {
    const elements = value.map((element, i) => [i, unexplained([...path, i], element)] as const);
    return { kind: 'elements', elements: new Map(elements) };
  }
  return { kind: 'leaf', path };
}

/** What is still unexplained before a version, by where it lay then; `explain` is told of what that version explains. */
function explained(
  before: Value | undefined,
  now: Value,
  node: Unexplained,
  explain: (path: FieldPath) => void,
): Unexplained | undefined {
  if (node.kind === 'leaf') {
    if (isIdentical(before, now)) return node;
  } else if (node.kind === 'fields') {
    if (before instanceof Map) {
      const fields = new Map<string, Unexplained>();
      for (const [name, child] of node.fields) {
        const left = explained(before.get(name), (now as Doc).get(name)!, child, explain);
        if (left !== undefined) fields.set(name, left);
      }
      return fields.size > 0 ? { kind: 'fields', fields } : undefined;
    }
  } else if (Array.isArray(before)) {
    return explainedElements(before, now as readonly Value[], node.elements, explain);
  }
  explainAll(node, explain);
  return undefined;
}

function explainedElements(
  before: readonly Value[],
  now: readonly Value[],
  children: ReadonlyMap<number, Unexplained>,
  explain: (path: FieldPath) => void,
): Unexplained | undefined {
  const placeBefore = placesBefore(before, now);
  const elements = new Map<number, Unexplained>();
  for (const [i, child] of children) {
    const place = placeBefore(i);
    if (place === undefined) {
      explainAll(child, explain);
      continue;
    }
    const left = explained(before[place], now[i]!, child, explain);
    if (left !== undefined) elements.set(place, left);
  }
  return elements.size > 0 ? { kind: 'elements', elements } : undefined;
}

/** Where an element was before; undefined if it is new. As `documentChanges` compares arrays. */
function placesBefore(
  before: readonly Value[],
  now: readonly Value[],
): (place: number) => number | undefined {
  if (before.length === now.length) return (place) => place;
  const { start, end } = commonEnds(before, now);
  return (place) => {
    if (place < start) return place;
    return place >= now.length - end ? place - now.length + before.length : undefined;
  };
}

function explainAll(node: Unexplained, explain: (path: FieldPath) => void): void {
  if (node.kind === 'leaf') explain(node.path);
  else if (node.kind === 'fields') for (const child of node.fields.values()) explainAll(child, explain);
  else for (const child of node.elements.values()) explainAll(child, explain);
}
