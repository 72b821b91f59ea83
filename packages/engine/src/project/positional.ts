import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/**
 * `path.$`: of the first array on the path, only the item that the filter matched stays.
 *
 * @param position - Where the filter matched in an array; undefined if it matched in none.
 * @throws CommandError 51246 or 51247 if there is no such item.
 */
export function applyPositional(
  document: Doc,
  path: readonly string[],
  position: number | undefined,
  part = 0,
): Doc {
  const name = path[part]!;
  const value = document.get(name);
  if (Array.isArray(value)) return new Map(document).set(name, [itemAt(value, position)]);
  if (!(value instanceof Map) || part === path.length - 1) return document;
  return new Map(document).set(name, applyPositional(value, path, position, part + 1));
}

function itemAt(array: readonly Value[], position: number | undefined): Value {
  if (position === undefined) {
    throw new CommandError(51246, "positional operator '.$' couldn't find a matching element in the array");
  }
  // Also where an inclusion dropped the item: it is no document, and the projection names a field inside of it.
  const item = array[position];
  if (item === undefined) throw new CommandError(51247, "positional operator '.$' element mismatch");
  return item;
}
