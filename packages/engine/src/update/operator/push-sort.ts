import { compareValues, isNumber, toNumber, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';

export type ElementOrder = (a: Value, b: Value) => number;

interface SortKey {
  readonly path: readonly string[];
  readonly direction: number;
}

/**
 * `$sort` of `$push`: 1 or -1 for whole elements, or a document of fields to sort by.
 * @throws CommandError BadValue
 */
export function compileElementOrder(sort: Value, collation: Collation | undefined): ElementOrder {
  if (isNumber(sort)) {
    const direction = parseDirection(sort, 'The $sort element value must be either 1 or -1');
    return (a, b) => compareValues(a, b, collation) * direction;
  }
  if (!(sort instanceof Map)) {
    throw new CommandError(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const keys = parseKeys(sort);
  return (a, b) => {
    for (const { path, direction } of keys) {
      const order = compareValues(fieldOf(a, path), fieldOf(b, path), collation);
      if (order !== 0) return order * direction;
    }
    return 0;
  };
}

function parseKeys(sort: Doc): SortKey[] {
  if (sort.size === 0) {
    throw new CommandError('BadValue', 'The sort pattern is empty when it should be a set of fields.');
  }
  return [...sort].map(([field, value]) => {
    const direction = parseDirection(value, 'The sort element value must be either 1 or -1');
    if (field === '') throw new CommandError('BadValue', 'The sort field cannot be empty');
    const path = field.split('.');
    if (path.includes('')) {
      throw new CommandError('BadValue', `The sort field is a dotted field but has an empty part: ${field}`);
    }
    return { path, direction };
  });
}

function parseDirection(value: Value, problem: string): number {
  const direction = isNumber(value) ? toNumber(value) : 0;
  if (direction !== 1 && direction !== -1) throw new CommandError('BadValue', problem);
  return direction;
}

/** Arrays on the way are entered by index only; what is missing counts as null. */
function fieldOf(element: Value, path: readonly string[]): Value {
  let value: Value | undefined = element;
  path.forEach((name, depth) => {
    if (value instanceof Map) value = value.get(name);
    else if (Array.isArray(value) && depth > 0) value = /^\d+$/.test(name) ? value[Number(name)] : undefined;
    else value = undefined;
  });
  return value ?? null;
}
