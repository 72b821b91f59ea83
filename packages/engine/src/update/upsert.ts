import { compareStrings, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { checkIdValue, idIsArray } from './id-value';
import { refuseCreation } from './operator/operator';
import type { Update } from './update';

/**
 * The document that an upsert inserts: the fields that the filter pins to one value, then the update with
 * `$setOnInsert`. A replacement takes only `_id` from the filter. Has no `_id` if neither says one.
 * @param equalities dotted paths that the filter pins, and to what
 * @throws CommandError NotExactValueField if a replacement's filter pins only a part of `_id`, and what the update
 *   itself throws
 */
export function upsertDocument(update: Update, equalities: ReadonlyMap<string, Value>, now: Date): Doc {
  const assembled = new Set<Value>();
  const base = update.kind === 'replacement' ? onlyId(equalities) : fromEqualities(equalities, assembled);
  const { document } = update.apply(base, { now, inserting: true, assembled });
  const pinnedId = equalities.get('_id');
  if (pinnedId !== undefined) checkIdValue(pinnedId);
  checkNotArray(document.get('_id'));
  return idFirst(document);
}

/** mongod checks elements as they come to an array and the whole only then, so an empty one is told otherwise. */
function checkNotArray(id: Value | undefined): void {
  if (!Array.isArray(id)) return;
  if (id.length === 0) checkIdValue(id);
  throw idIsArray('field');
}

function onlyId(equalities: ReadonlyMap<string, Value>): Doc {
  for (const path of equalities.keys()) {
    if (path.startsWith('_id.')) {
      throw new CommandError(
        'NotExactValueField',
        `field at '_id' must be exactly specified, field at sub-path '${path}'found`,
      );
    }
  }
  const id = equalities.get('_id');
  return id === undefined ? new Map() : new Map([['_id', id]]);
}

/** @param assembled gets the documents that are made for parts of paths */
function fromEqualities(equalities: ReadonlyMap<string, Value>, assembled: Set<Value>): Doc {
  const document: Doc = new Map();
  for (const [path, value] of [...equalities].sort(([a], [b]) => compareStrings(a, b))) {
    if (path === '') throw new CommandError('IllegalOperation', 'Cannot call setValue on the root object');
    setAtPath(document, path.split('.'), value, assembled);
  }
  return document;
}

/** Parts are names of fields here, whatever they look like: no arrays, no `$`. */
function setAtPath(document: Doc, path: readonly string[], value: Value, assembled: Set<Value>): void {
  let parent = document;
  path.slice(0, -1).forEach((name, depth) => {
    let child = parent.get(name);
    if (child === undefined) {
      parent.set(name, (child = new Map()));
      assembled.add(child);
    }
    if (!(child instanceof Map)) {
      refuseCreation({ part: path[depth + 1]!, name, value: child });
    }
    parent = child;
  });
  parent.set(path.at(-1)!, value);
}

function idFirst(document: Doc): Doc {
  const id = document.get('_id');
  if (id === undefined || document.keys().next().value === '_id') return document;
  return new Map([['_id', id], ...document]);
}
