import { compareValues, valuesEqual, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, Variables } from '../../expression/expression';
import { addMetadata, withMetadataOf } from '../../metadata';
import {
  compoundKeyOf,
  sortKeyOf,
  sortKeyOrder,
  sortValueOf,
  type SortField,
  type SortKey,
} from '../../order/sort-pattern';

/** Documents that windows do not reach beyond, in the order of `sortBy`. */
export interface Partition {
  readonly documents: readonly Doc[];
  readonly variables: Variables;
}

export interface Partitioning {
  readonly partitionBy: Expression | undefined;
  readonly sortBy: readonly SortField[];
  readonly variables: Variables;
  readonly collation: Collation | undefined;
  /** Whether to remember what documents were sorted by, for `{$meta: 'sortKey'}`. */
  readonly keepsKeys: boolean;
}

/** Sorts by partition and within; documents that sort alike keep their order. */
export function partitions(
  documents: readonly Doc[],
  { partitionBy, sortBy, variables, collation, keepsKeys }: Partitioning,
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
    result.at(-1)?.documents.push(keepsKeys ? withKey(entry, partitionBy) : entry.document);
  }
  return result;
}

interface Entry {
  readonly document: Doc;
  readonly partition: Value;
  readonly key: SortKey;
}

/** The document, of which others may hold the same. */
function withKey({ document, partition, key }: Entry, partitionBy: Expression | undefined): Doc {
  const sortKey = partitionBy === undefined ? key : [partition, ...key];
  return addMetadata(withMetadataOf(document, new Map(document)), { sortKey });
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
  return sortValueOf(document, sortBy[0] as SortField);
}
