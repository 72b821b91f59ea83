import { bsonTypeName, isNumber } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { toInt32 } from '../match/parse/integer';
import type { Slice } from './tree';

/**
 * The operand of `$slice` as find has it: a number, or [skip, limit] with a positive limit.
 *
 * @throws CommandError if it is neither; it may still be the aggregation expression of the same name.
 */
export function parseSlice(operand: Value): Slice {
  if (isNumber(operand)) return { skip: undefined, limit: toInt32(operand) };
  if (!Array.isArray(operand)) {
    throw new CommandError(31273, '$slice only supports numbers and [skip, limit] arrays');
  }
  if (operand.length !== 2)
    throw new CommandError(31272, '$slice array argument should be of form [skip, limit]');
  const [skip, limit] = operand as [Value, Value];
  if (!isNumber(skip)) {
    throw new CommandError(
      31257,
      `$slice expects the skip argument to be a number, got ${bsonTypeName(skip)}`,
    );
  }
  if (!isNumber(limit)) {
    throw new CommandError(
      31258,
      `$slice expects the limit argument to be a number, got ${bsonTypeName(limit)}`,
    );
  }
  const most = toInt32(limit);
  if (most <= 0) throw new CommandError(31259, `$slice limit must be positive, got ${most}`);
  return { skip: toInt32(skip), limit: most };
}

/** The document with the arrays at a path cut; items that are documents are entered where arrays lie on the way. */
export function applySlice(document: Doc, path: readonly string[], slice: Slice, part = 0): Doc {
  const name = path[part]!;
  const value = document.get(name);
  const isLeaf = part === path.length - 1;
  let cut: Value;
  if (Array.isArray(value)) {
    cut = isLeaf
      ? sliced(value, slice)
      : value.map((item) => (item instanceof Map ? applySlice(item, path, slice, part + 1) : item));
  } else if (!isLeaf && value instanceof Map) cut = applySlice(value, path, slice, part + 1);
  else return document;
  return new Map(document).set(name, cut);
}

function sliced(array: readonly Value[], { skip, limit }: Slice): Value[] {
  if (skip === undefined) return limit >= 0 ? array.slice(0, limit) : array.slice(limit);
  const start = skip < 0 ? Math.max(0, array.length + skip) : skip;
  return array.slice(start, start + limit);
}
