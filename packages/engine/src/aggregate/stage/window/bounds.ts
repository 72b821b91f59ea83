import {
  add,
  bsonTypeName,
  compareValues,
  isNumber,
  toBigInt,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeElement, describeValue } from '../../expression/describe';
import { addUnits } from '../../expression/date/add';
import { dateOf, millisecondsOf } from '../../expression/date/date-value';
import { UTC } from '../../expression/date/time-zone';
import { isTimeUnit, type TimeUnit } from '../../expression/date/unit';
import { asInt32 } from '../../expression/integral';
import type { SortField } from '../../order/sort-pattern';
import { sortValue, type Partition } from './partition';

type Bound = 'unbounded' | 'current' | NumberValue;

/** Which documents around each one a window holds. */
export interface WindowBounds {
  readonly kind: 'documents' | 'range';
  readonly lower: Bound;
  readonly upper: Bound;
  readonly unit?: TimeUnit;
}

const WHOLE_PARTITION: WindowBounds = { kind: 'documents', lower: 'unbounded', upper: 'unbounded' };

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

/** Reads `window: {documents: […]}` or `{range: […], unit}`. */
export function parseBounds(window: Value | undefined, sortBy: readonly SortField[]): WindowBounds {
  if (window === undefined) return WHOLE_PARTITION;
  if (!(window instanceof Map)) throw failed("'window' field must be an object");
  const documents = window.get('documents');
  const range = window.get('range');
  const unit = window.get('unit');
  if (documents !== undefined && range !== undefined) {
    throw failed("Window bounds can specify either 'documents' or 'unit', not both.");
  }
  if (unit !== undefined && range === undefined) {
    throw failed("Window bounds can only specify 'unit' with range-based bounds.");
  }
  if (documents !== undefined) {
    if (window.size > 1) throw failed("'window' field that specifies documents cannot have other fields");
    return documentBounds(documents, sortBy);
  }
  if (range !== undefined) return rangeBounds(range, unit, sortBy);
  if (window.size > 0)
    throw failed(
      "'window' field can only contain 'documents' as the only argument or 'range' with an optional 'unit' field",
    );
  return WHOLE_PARTITION;
}

function documentBounds(value: Value, sortBy: readonly SortField[]): WindowBounds {
  const [lower, upper] = boundPair(value, 'documents');
  for (const bound of [lower, upper]) {
    if (typeof bound !== 'string' && asInt32(bound) === undefined) {
      throw failed('Numeric document-based bounds must be an integer');
    }
  }
  checkOrder(lower, upper);
  if ((lower !== 'unbounded' || upper !== 'unbounded') && sortBy.length === 0) {
    throw new CommandError(5339901, 'Document-based bounds require a sortBy');
  }
  return { kind: 'documents', lower, upper };
}

function rangeBounds(value: Value, unit: Value | undefined, sortBy: readonly SortField[]): WindowBounds {
  if (unit !== undefined && typeof unit !== 'string') throw failed("'unit' must be a string");
  if (unit !== undefined && !isTimeUnit(unit)) throw failed(`unknown time unit value: ${unit}`);
  const [lower, upper] = boundPair(value, 'range');
  if (unit !== undefined) {
    for (const bound of [lower, upper]) {
      if (typeof bound !== 'string' && !Number.isInteger(toNumber(bound))) {
        throw failed("With 'unit', range-based bounds must be an integer");
      }
    }
  }
  checkOrder(lower, upper);
  if (sortBy.length !== 1) {
    throw new CommandError(5339902, 'Range-based bounds require sortBy a single field');
  }
  return { kind: 'range', lower, upper, ...(unit === undefined ? {} : { unit }) };
}

function boundPair(value: Value, name: string): [Bound, Bound] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw failed(`Window bounds must be a 2-element array: ${name}: ${describeElement(value)}`);
  }
  const [lower, upper] = value.map((bound): Bound => {
    if (bound === 'unbounded' || bound === 'current' || isNumber(bound)) return bound;
    throw failed("Window bounds must be 'unbounded', 'current', or a number.");
  });
  return [lower as Bound, upper as Bound];
}

function checkOrder(lower: Bound, upper: Bound): void {
  if (lower === 'unbounded' || upper === 'unbounded') return;
  const from = lower === 'current' ? 0 : lower;
  const to = upper === 'current' ? 0 : upper;
  if (compareValues(from, to) <= 0) return;
  throw new CommandError(
    5339900,
    `Lower bound must not exceed upper bound: [${describeValue(from)}, ${describeValue(to)}]`,
  );
}

/** The documents [start, end) of a window. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Finds the windows of a partition's documents, one after the other. */
export function windowExtents(
  partition: Partition,
  bounds: WindowBounds,
  sortBy: readonly SortField[],
): (index: number) => Extent {
  const count = partition.documents.length;
  if (bounds.kind === 'documents') {
    return (index) => ({
      start: clamp(documentBound(bounds.lower, index, 0), count),
      end: clamp(documentBound(bounds.upper, index, count - 1) + 1, count),
    });
  }
  if (sortBy[0]?.direction === -1 && (isNumeric(bounds.lower) || isNumeric(bounds.upper))) {
    throw new CommandError(5429404, 'Missing _sortExpr with range-based bounds');
  }
  const values = partition.documents.map((document) => sortValue(document, sortBy));
  return (index) => {
    const start = isNumeric(bounds.lower)
      ? firstAtLeast(values, shifted(values[index], bounds.lower, bounds.unit))
      : documentBound(bounds.lower, index, 0);
    const end = isNumeric(bounds.upper)
      ? firstAbove(values, shifted(values[index], bounds.upper, bounds.unit))
      : documentBound(bounds.upper, index, count - 1) + 1;
    return { start, end: Math.max(start, end) };
  };
}

function isNumeric(bound: Bound): bound is NumberValue {
  return bound !== 'unbounded' && bound !== 'current';
}

function documentBound(bound: Bound, index: number, unbounded: number): number {
  if (bound === 'unbounded') return unbounded;
  return bound === 'current' ? index : index + toNumber(bound);
}

function clamp(position: number, count: number): number {
  return Math.min(Math.max(position, 0), count);
}

function shifted(value: Value | undefined, by: NumberValue, unit: TimeUnit | undefined): Value {
  if (unit !== undefined) {
    if (value instanceof Date) return dateOf(addUnits(millisecondsOf(value), unit, toBigInt(by), UTC));
    throw new CommandError(
      5429513,
      `Invalid range: Expected the sortBy field to be a Date, but it was ${bsonTypeName(value)}`,
    );
  }
  if (value instanceof Date) {
    throw new CommandError(
      5429413,
      'Invalid range: For windows that involve date or time ranges, a unit must be provided.',
    );
  }
  if (isNumber(value)) return add(value, by, 'double');
  throw new CommandError(
    5429414,
    `Invalid range: Expected the sortBy field to be a number, but it was ${bsonTypeName(value)}`,
  );
}

function firstAtLeast(values: readonly (Value | undefined)[], least: Value): number {
  return search(values.length, (index) => compareValues(values[index], least) >= 0);
}

function firstAbove(values: readonly (Value | undefined)[], most: Value): number {
  return search(values.length, (index) => compareValues(values[index], most) > 0);
}

/** The first index for which a condition holds that holds for all behind it too. */
function search(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
