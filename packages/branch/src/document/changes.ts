import { type Doc, type Value, isIdentical } from '@argon/bson';
import { commonEnds } from './common-ends';
import { keepsOrder } from './field-order';

/** Where in a document: names of fields, and places in arrays. Empty: the document itself. */
export type FieldPath = readonly (string | number)[];

/** A field, or an array's element, that is another, or new (`before` undefined), or gone (`after` undefined). */
export interface FieldChange {
  readonly path: FieldPath;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** Elements of the array at `path` that went, and others that came in their place, from `at` on. */
export interface ElementsChange {
  readonly path: FieldPath;
  readonly at: number;
  readonly removed: readonly Value[];
  readonly inserted: readonly Value[];
}

export type DocumentChange = FieldChange | ElementsChange;

/**
 * What makes one document of the other, field by field: `applyChanges(before, changes)` is `after`, to the byte. Fields
 * that are only in another order count as a change of the document that holds them, since BSON keeps the order.
 * Arrays of one length are compared element by element; of others, what lies between their common beginning and end.
 */
export function documentChanges(before: Doc, after: Doc): readonly DocumentChange[] {
  const changes: DocumentChange[] = [];
  compareFields([], before, after, changes);
  return changes;
}

function compareFields(path: FieldPath, before: Doc, after: Doc, changes: DocumentChange[]): void {
  if (!keepsOrder(before, after)) {
    changes.push({ path, before, after });
    return;
  }
  for (const [name, value] of before) {
    const field = [...path, name];
    const now = after.get(name);
    if (now === undefined) changes.push({ path: field, before: value, after: undefined });
    else compare(field, value, now, changes);
  }
  for (const [name, value] of after) {
    if (!before.has(name)) changes.push({ path: [...path, name], before: undefined, after: value });
  }
}

function compare(path: FieldPath, before: Value, after: Value, changes: DocumentChange[]): void {
  if (isIdentical(before, after)) return;
  if (before instanceof Map && after instanceof Map) compareFields(path, before, after, changes);
  else if (Array.isArray(before) && Array.isArray(after)) compareElements(path, before, after, changes);
  else changes.push({ path, before, after });
}

function compareElements(
  path: FieldPath,
  before: readonly Value[],
  after: readonly Value[],
  changes: DocumentChange[],
): void {
  if (before.length === after.length) {
    for (const [i, value] of before.entries()) compare([...path, i], value, after[i]!, changes);
    return;
  }
  const { start, end } = commonEnds(before, after);
  changes.push({
    path,
    at: start,
    removed: before.slice(start, before.length - end),
    inserted: after.slice(start, after.length - end),
  });
}

/** The document after changes that `documentChanges` found for it. Shares with it what did not change. */
export function applyChanges(document: Doc, changes: readonly DocumentChange[]): Doc {
  let changed: Value = document;
  for (const change of changes) changed = applied(changed, change, 0);
  return changed as Doc;
}

function applied(value: Value, change: DocumentChange, depth: number): Value {
  if (depth === change.path.length) {
    if (!('at' in change)) return change.after!;
    const { at, removed, inserted } = change;
    const elements = value as readonly Value[];
    return [...elements.slice(0, at), ...inserted, ...elements.slice(at + removed.length)];
  }
  const step = change.path[depth]!;
  const isLast = depth === change.path.length - 1;
  if (typeof step === 'number') {
    const elements = [...(value as readonly Value[])];
    elements[step] = applied(elements[step]!, change, depth + 1);
    return elements;
  }
  const fields = new Map(value as Doc);
  if (isLast && !('at' in change) && change.after === undefined) fields.delete(step);
  else fields.set(step, applied(fields.get(step) ?? null, change, depth + 1));
  return fields;
}

/** A path as MongoDB writes it: `address.lines.0`. */
export function pathText(path: FieldPath): string {
  return path.join('.');
}
