import { bsonTypeName, valuesEqual, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileFilter } from '../../match/compile';
import type { Operation } from '../tree/node';
import { cullingOperation } from './culling';

/**
 * `$pull`: takes away the elements that match. A document whose first field is an operator (`{$gt: 5}`) or a regular
 * expression is a condition on the element; any other document is a filter for elements that are documents; any
 * other value is what the element must equal.
 */
export function compilePull(_field: string, condition: Value, collation: Collation | undefined): Operation {
  return cullingOperation(unwanted(condition, collation));
}

function unwanted(condition: Value, collation: Collation | undefined): (element: Value) => boolean {
  if (condition instanceof Map) {
    return isValueCondition(condition)
      ? matchesValue(condition, collation)
      : matchesDocument(condition, collation);
  }
  if (bsonTypeName(condition) === 'regex') return matchesValue(condition, collation);
  return (element) => valuesEqual(element, condition, collation);
}

/** The name under which an element meets its condition; messages show it. */
const ELEMENT = '';

function matchesValue(condition: Value, collation: Collation | undefined): (element: Value) => boolean {
  const matcher = compileFilter(new Map([[ELEMENT, condition]]), { collation });
  return (element) => matcher.matches(new Map([[ELEMENT, element]]));
}

function matchesDocument(filter: Doc, collation: Collation | undefined): (element: Value) => boolean {
  for (const name of filter.keys()) {
    if (name === '$expr')
      throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in this context');
  }
  const matcher = compileFilter(filter, { collation });
  return (element) => element instanceof Map && matcher.matches(element);
}

/** Operators that take a path; with one of these first, a document is a condition on a value. */
const VALUE_OPERATORS: ReadonlySet<string> = new Set([
  '$all',
  '$bitsAllClear',
  '$bitsAllSet',
  '$bitsAnyClear',
  '$bitsAnySet',
  '$elemMatch',
  '$eq',
  '$exists',
  '$geoIntersects',
  '$geoWithin',
  '$gt',
  '$gte',
  '$in',
  '$lt',
  '$lte',
  '$mod',
  '$ne',
  '$near',
  '$nearSphere',
  '$nin',
  '$options',
  '$regex',
  '$size',
  '$type',
]);

function isValueCondition(condition: Doc): boolean {
  const [first] = condition.keys();
  return first !== undefined && VALUE_OPERATORS.has(first);
}
