import { compareValues, valuesEqual, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, Variables } from '../../expression/expression';
import { valueAtPath } from '../../expression/field-path';
import {
  compoundKeyOf,
  sortKeyOf,
  sortKeyOrder,
  type SortField,
  type SortKey,
} from '../../order/sort-pattern';

/** Documents that windows do not reach beyond, in the order of `sortBy`. */
export interface Partition {
  readonly documents: readonly Doc[];
  readonly variables: Variables;
}

/** Sorts by partition and within; documents that sort alike keep their order. */
export function partitions(
  documents: readonly Doc[],
  partitionBy: Expression | undefined,
  sortBy: readonly SortField[],
  variables: Variables,
  collation: Collation | undefined,
): Partition[] {
  const compare = sortKeyOrder(sortBy);
  // With a partition, mongod sorts by both at once.
  const keyOf = partitionBy === undefined ? sortKeyOf : compoundKeyOf;
  const entries = documents.map((document): Entry => ({
    document,
    partition: partitionBy === undefined ? null : partitionOf(partitionBy, document, variables),
    key: keyOf(document, sortBy),
  }));
  if (partitionBy !== undefined || sortBy.length > 0) {
    entries.sort(
      (left, right) =>
        compareValues(left.partition, right.partition, collation) || compare(left.key, right.key),
    );
  }
  const result: { documents: Doc[]; variables: Variables }[] = [];
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    if (previous === undefined || !valuesEqual(previous.partition, entry.partition, collation)) {
      result.push({ documents: [], variables });
    }
    result.at(-1)?.documents.push(entry.document);
  }
  return result;
}

interface Entry {
  readonly document: Doc;
  readonly partition: Value;
  readonly key: SortKey;
}

function partitionOf(partitionBy: Expression, document: Doc, variables: Variables): Value {
  const value = partitionBy.evaluate(document, variables) ?? null;
  refuseArray(value);
  return value;
}

export function refuseArray(value: Value | undefined): void {
  if (!Array.isArray(value)) return;
  throw new CommandError(
    'TypeMismatch',
    'An expression used to partition cannot evaluate to value of type array',
  );
}

/** What a document holds in the one field that the windows sort by. */
export function sortValue(document: Doc, sortBy: readonly SortField[]): Value | undefined {
  return valueAtPath(document, (sortBy[0] as SortField).path);
}
