import {
  bsonTypeName,
  isNumber,
  numericKind,
  toNumber,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { documentIdText } from '../text/value-text';
import { placeText } from '../tree/apply-context';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';
import { compileElementOrder, type ElementOrder } from './push-sort';

interface Push {
  readonly values: readonly Value[];
  readonly position?: number;
  readonly slice?: number;
  readonly order?: ElementOrder;
}

/**
 * `$push`: puts values (one, or `$each`) into an array, at the end or at `$position`; then sorts it (`$sort`), then
 * cuts it to its first or last elements (`$slice`).
 */
export function compilePush(_field: string, argument: Value, collation: Collation | undefined): Operation {
  const push =
    argument instanceof Map && argument.has('$each')
      ? parseClauses(argument, collation)
      : { values: [argument] };
  return {
    kind: 'operation',
    stores: 'elements',
    update: (existing, context) => {
      if (!Array.isArray(existing)) {
        throw new CommandError(
          'BadValue',
          `The field '${placeText(context)}' must be an array but is of type ${bsonTypeName(existing)} in document ${documentIdText(context.id)}`,
        );
      }
      return applyPush(push, existing) ?? UNCHANGED;
    },
    create: () => applyPush(push, []) ?? [],
    blocked: refuseCreation,
  };
}

/** The new array; undefined if nothing was pushed, sorted or cut. */
function applyPush(push: Push, array: readonly Value[]): Value[] | undefined {
  const at = insertionIndex(array.length, push.position);
  const result = [...array.slice(0, at), ...push.values, ...array.slice(at)];
  if (push.order !== undefined) result.sort(push.order);
  const sliced = push.slice === undefined ? result : slice(result, push.slice);
  const isSorted = push.order !== undefined && result.length > 0;
  const isUntouched = push.values.length === 0 && !isSorted && sliced.length === array.length;
  return isUntouched ? undefined : sliced;
}

function insertionIndex(length: number, position: number | undefined): number {
  if (position === undefined || position > length) return length;
  return position < 0 ? Math.max(0, length + position) : position;
}

function slice(array: Value[], count: number): Value[] {
  return count < 0 ? array.slice(count) : array.slice(0, count);
}

function parseClauses(clauses: Doc, collation: Collation | undefined): Push {
  for (const name of clauses.keys()) {
    if (!['$each', '$slice', '$sort', '$position'].includes(name)) {
      throw new CommandError('BadValue', `Unrecognized clause in $push: ${name}`);
    }
  }
  const each = clauses.get('$each')!;
  if (!Array.isArray(each)) {
    throw new CommandError(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${bsonTypeName(each)}`,
    );
  }
  const [count, sort, position] = [clauses.get('$slice'), clauses.get('$sort'), clauses.get('$position')];
  return {
    values: each,
    ...(count === undefined
      ? {}
      : { slice: integer(count, 'The value for $slice must be an integer value but was given type: ') }),
    ...(sort === undefined ? {} : { order: compileElementOrder(sort, collation) }),
    ...(position === undefined
      ? {}
      : { position: integer(position, 'The value for $position must be an integer value, not of type: ') }),
  };
}

/** The value as an integer, if it is one that an int64 holds. */
function integer(value: Value, problem: string): number {
  const number = isNumber(value) ? toNumber(value) : Number.NaN;
  const kind = numericKind(value);
  const isWhole =
    kind === 'int' || kind === 'long' || (Number.isInteger(number) && Math.abs(number) < 2 ** 63);
  if (!isWhole) throw new CommandError('BadValue', `${problem}${bsonTypeName(value)}`);
  return number;
}
