import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError, MONGO_CODES, type MongoCodeName } from '../handler/errors';
import { compileFilter, type Matcher } from '../match/compile';
import { valueText } from './text/value-text';
import type { ArrayFilters } from './tree/grow-tree';

const LOGICAL: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

/**
 * Compiles `arrayFilters`: each is about one identifier, the first part of every path in it.
 * @throws CommandError for filters mongod would refuse
 */
export function compileArrayFilters(filters: readonly Doc[], collation: Collation | undefined): ArrayFilters {
  const matchers = new Map<string, Matcher>();
  for (const filter of filters) {
    const matcher = compileOne(filter, collation);
    const id = identifier(filter);
    if (id === undefined) {
      throw new CommandError(
        'FailedToParse',
        'Cannot use an expression without a top-level field name in arrayFilters',
      );
    }
    if (matchers.has(id)) {
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${id}`,
      );
    }
    matchers.set(id, matcher);
  }
  return { matchers, used: new Set() };
}

/** @throws CommandError FailedToParse for a filter that no path of the update names */
export function checkAllUsed(filters: ArrayFilters, update: Value): void {
  for (const id of filters.matchers.keys()) {
    if (!filters.used.has(id)) {
      throw new CommandError(
        'FailedToParse',
        `The array filter for identifier '${id}' was not used in the update ${valueText(update)}`,
      );
    }
  }
}

function compileOne(filter: Doc, collation: Collation | undefined): Matcher {
  try {
    refuseExpressions(filter);
    return compileFilter(filter, { collation });
  } catch (error) {
    throw error instanceof CommandError ? inArrayFilter(error) : error;
  }
}

function inArrayFilter(error: CommandError): CommandError {
  const code = error.codeName in MONGO_CODES ? (error.codeName as MongoCodeName) : error.mongoCode;
  return new CommandError(code, `Error parsing array filter :: caused by :: ${error.message}`);
}

function refuseExpressions(filter: Doc): void {
  if (filter.has('$expr')) {
    throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in this context');
  }
}

function identifier(filter: Doc): string | undefined {
  const [first, second] = new Set(topLevelNames(filter));
  if (first !== undefined && second !== undefined) {
    throw parseFailure(
      'FailedToParse',
      `Expected a single top-level field name, found '${first}' and '${second}'`,
    );
  }
  if (first !== undefined && !/^[a-z][a-zA-Z0-9]*$/.test(first)) {
    throw parseFailure(
      'BadValue',
      `The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${first}'`,
    );
  }
  return first;
}

function parseFailure(code: 'FailedToParse' | 'BadValue', problem: string): CommandError {
  return inArrayFilter(new CommandError(code, problem));
}

function* topLevelNames(filter: Doc): Iterable<string> {
  for (const [name, value] of filter) {
    if (LOGICAL.has(name)) {
      for (const branch of value as Value[]) yield* topLevelNames(branch as Doc);
    } else if (!name.startsWith('$')) {
      yield name.split('.', 1)[0]!;
    }
  }
}
