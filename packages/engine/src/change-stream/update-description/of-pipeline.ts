import {
  isSame,
  kindOfBoth,
  type ArrayDifference,
  type Difference,
  type DocumentDifference,
  type FoundValue,
} from './difference';
import { contentOf, fieldsOf, itemsOf } from './fields';

/*
 * What mongod writes down of an update by a pipeline, from the two images: their difference, unless that would take as much
 * room as the new image. Its sizes are estimates, and part of what it does.
 */

/** Type byte and the zero that ends a name. */
const NAMED = 2;
/** The document that holds all updated (or new, or removed) fields: type, one letter, zero, and the empty document. */
const SECTION = 8;
const EMPTY_DOCUMENT = 5;
/** The same, with the mark that says that it is about an array. */
const EMPTY_ARRAY = 9;
/** What stands around a whole difference in the oplog. */
const AROUND = 15;

/** The difference of two documents; undefined where mongod would write down the new one instead. */
export function pipelineDifference(before: Uint8Array, after: Uint8Array): DocumentDifference | undefined {
  return documentDifference(before, after, AROUND)?.difference;
}

interface Sized<T> {
  readonly difference: T;
  readonly size: number;
}

function valueSize({ element }: FoundValue): number {
  return element.end - element.start;
}

function documentDifference(
  before: Uint8Array,
  after: Uint8Array,
  around = 0,
): Sized<DocumentDifference> | undefined {
  const updated: [string, FoundValue][] = [];
  const added: [string, FoundValue][] = [];
  const within: [string, Difference][] = [];
  let size = EMPTY_DOCUMENT + around;
  const [old, now] = [[...fieldsOf(before)], [...fieldsOf(after)]];
  const passed = new Set<string>();
  let [i, k] = [0, 0];
  while (i < old.length && k < now.length) {
    const [[oldName, oldValue], [name, value]] = [old[i]!, now[k]!];
    i += 1;
    if (oldName !== name) {
      passed.add(oldName);
      continue;
    }
    k += 1;
    if (isSame(oldValue, value)) continue;
    const inner = innerDifference(oldValue, value);
    if (inner === undefined) {
      size += byteLength(name) + valueSize(value) + NAMED + (updated.length === 0 ? SECTION : 0);
      updated.push([name, value]);
    } else {
      size += byteLength(name) + 1 + inner.size + NAMED;
      within.push([name, inner.difference]);
    }
  }
  for (const [name] of old.slice(i)) passed.add(name);
  for (const [name, value] of now.slice(k)) {
    size += byteLength(name) + valueSize(value) + NAMED + (added.length === 0 ? SECTION : 0);
    added.push([name, value]);
    passed.delete(name);
  }
  const removed = [...passed].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const [n, name] of removed.entries()) size += byteLength(name) + 1 + NAMED + (n === 0 ? SECTION : 0);
  if (size >= after.length) return undefined;
  return { difference: { kind: 'document', removed, set: [...updated, ...added], within }, size };
}

function arrayDifference(before: Uint8Array, after: Uint8Array): Sized<ArrayDifference> | undefined {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const items: [number, FoundValue | Difference][] = [];
  let size = EMPTY_ARRAY;
  for (const [index, value] of now.entries()) {
    const oldValue = old[index];
    if (oldValue !== undefined && isSame(oldValue, value)) continue;
    const inner = oldValue && innerDifference(oldValue, value);
    size += byteLength(String(index)) + 1 + (inner?.size ?? valueSize(value)) + NAMED;
    items.push([index, inner?.difference ?? value]);
  }
  const length = old.length > now.length ? now.length : undefined;
  if (length !== undefined) size += 1 + 4 + NAMED;
  if (size >= after.length) return undefined;
  return { difference: { kind: 'array', length, items }, size };
}

function innerDifference(before: FoundValue, after: FoundValue): Sized<Difference> | undefined {
  switch (kindOfBoth(before, after)) {
    case 'document':
      return documentDifference(contentOf(before), contentOf(after));
    case 'array':
      return arrayDifference(contentOf(before), contentOf(after));
    default:
      return undefined;
  }
}

function byteLength(name: string): number {
  return Buffer.byteLength(name);
}
