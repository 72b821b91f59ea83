import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { collationIn, wantedCollation, type WantedCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import { FIRST_BATCH } from '../handler/cursors';
import type { Operation } from '../handler/operation';
import { compileFilter, type Matcher } from '../match/compile';
import { compileProjection } from '../project/compile';
import { compileSort } from '../sort/compile';
import { FindPlan } from '../plan/find-plan';
import { readHint } from '../plan/hint';
import { refuseAbsentText, refuseText } from '../plan/text-index';
import { checkSameFields, type WantedRange } from '../plan/access/given-range';
import { findAsAggregate } from '../stored-views/as-aggregate';
import { isDerived } from '../stored-views/resolve';
import { aggregateCommand } from './aggregate';
import { cursorReply } from './cursor-reply';
import { checkTailed, tailHint, tailMode } from '../tail/tail-options';
import { tailReply } from '../tail/tail-reply';
import { CommandDefinition } from './definition';
import { findFlag } from './find-flag';
import { letVariables } from './let';

export const findCommand = new CommandDefinition({
  name: 'find',
  help: 'Finds documents.',
  fields: [
    'filter',
    'projection',
    'sort',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'hint',
    'collation',
    'allowDiskUse',
    'noCursorTimeout',
    'let',
    'min',
    'max',
    'returnKey',
    'showRecordId',
    'tailable',
    'awaitData',
    'allowPartialResults',
    'oplogReplay',
  ],
  run: async (operation) => {
    const collection = operation.collectionName();
    operation.engine.activity.operations.query += 1;
    const plan = await planFind(operation, collection);
    if (plan === undefined) return aggregateCommand.run(findAsAggregate(operation));
    const batchSize = nonNegative(operation, 'batchSize');
    const tail = tailMode(operation);
    if (tail !== undefined) return tailReply(operation, plan, tail, batchSize ?? FIRST_BATCH);
    return cursorReply(operation, {
      stream: plan.run(() => operation.checkTime())[Symbol.asyncIterator](),
      namespace: operation.namespace(collection),
      firstBatch: batchSize ?? FIRST_BATCH,
      singleBatch: operation.optionalBoolean('singleBatch'),
      noTimeout: operation.optionalBoolean('noCursorTimeout'),
    });
  },
});

/**
 * Reads a find command's arguments and plans it against what its address shows; undefined: that is a view.
 * @param isExplained the plan is told of, so it must be that for the whole collection
 */
export async function planFind(
  operation: Operation,
  collection: string,
  isExplained = false,
): Promise<FindPlan | undefined> {
  const returnKey = findFlag(operation, 'returnKey');
  const tail = tailMode(operation);
  const wanted = findCollation(operation.command.get('collation'));
  const filter = operation.optionalDocument('filter') ?? (new Map() as Doc);
  const variables = letVariables(operation);
  const options = {
    now: operation.started,
    collation: collationIn(wanted, undefined),
    ...(variables === undefined ? {} : { variables }),
  };
  let matcher = compileFilter(filter, options);
  const limit = nonNegative(operation, 'limit') ?? 0;
  const isWhole = isExplained || tail !== undefined;
  let view = await operation.view(collection, isWhole ? undefined : matcher.idEquality);
  if (isDerived(view)) {
    refuseOnView(operation, matcher);
    return undefined;
  }
  if (tail !== undefined) checkTailed(view, operation);
  const collation = collationIn(wanted, view.catalog);
  if (collation !== matcher.collation) {
    const id = matcher.idEquality;
    matcher = compileFilter(filter, { ...options, collation });
    // What was looked at may hold one document alone, of which it is not sure any more that it is the only one.
    if (id !== undefined && matcher.idEquality === undefined) view = await operation.view(collection);
  }
  refuseAbsentText(view, matcher, operation.database);
  return FindPlan.make(view, {
    filter,
    matcher,
    sort: operation.optionalDocument('sort'),
    projection: findProjection(operation),
    returnKey,
    range: tail === undefined ? wantedRange(operation) : undefined,
    skip: nonNegative(operation, 'skip') ?? 0,
    limit,
    hint: tail === undefined ? readHint(view, operation.command.get('hint')) : tailHint(operation),
    variables,
    now: operation.started,
    memoryLimit: operation.engine.memoryLimit,
    allowDiskUse: operation.command.get('allowDiskUse') !== false,
  });
}

/** mongod reads a find on a view as one on a collection first, of which it knows no text index. @throws CommandError */
function refuseOnView(operation: Operation, matcher: Matcher): void {
  refuseText(matcher, operation.namespace(operation.collectionName()));
  const projection = operation.optionalDocument('projection');
  if (projection !== undefined) compileProjection(projection, { now: operation.started });
  const sort = operation.optionalDocument('sort');
  if (sort !== undefined) compileSort(sort);
}

/** What `showRecordId` adds to the projection. */
function findProjection(operation: Operation): Doc | undefined {
  const projection = operation.optionalDocument('projection');
  if (!findFlag(operation, 'showRecordId') || projection?.has('$recordId') === true) return projection;
  return new Map<string, Value>([...(projection ?? []), ['$recordId', new Map([['$meta', 'recordId']])]]);
}

function wantedRange(operation: Operation): WantedRange | undefined {
  const range = { min: bound(operation, 'min'), max: bound(operation, 'max') };
  checkSameFields(range);
  return range.min === undefined && range.max === undefined ? undefined : range;
}

function bound({ command }: Operation, field: 'min' | 'max'): Doc | undefined {
  const value = command.get(field);
  if (value === undefined) return undefined;
  if (value instanceof Map) return value.size === 0 ? undefined : value;
  throw new CommandError('TypeMismatch', `Expected field ${field}to be of type object`);
}

/** find has words of its own for what is no document, null among it. */
function findCollation(value: Value | undefined): WantedCollation {
  if (value === undefined || value instanceof Map) return wantedCollation(value);
  throw new CommandError('TypeMismatch', 'Expected field collationto be of type object');
}

export function nonNegative(operation: Operation, field: string): number | undefined {
  const value = operation.command.get(field);
  if (value === undefined || value === null) return undefined;
  return nonNegativeValue(value, `BSON field '${field}'`, () => operation.wrongType(field, value, 'number'));
}

export function nonNegativeValue(value: Value, what: string, wrongType: () => CommandError): number {
  if (!isNumber(value)) throw wrongType();
  const number = Math.trunc(toNumber(value));
  if (number < 0) throw new CommandError(51024, `${what} value must be >= 0, actual value '${number}'`);
  return number;
}
