import type { Doc, Value } from '@argon/bson';
import { Command } from '../handler/command';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';

/** Of a find, count or distinct: what means the same to an aggregation. */
const SHARED = ['hint', 'let', 'collation', 'allowDiskUse', 'maxTimeMS', 'comment', 'readConcern', 'lsid'];
/** What no aggregation has; as mongod has it, in the order in which it looks. */
const NOT_IN_AGGREGATION = [
  'singleBatch',
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'noCursorTimeout',
  'allowPartialResults',
];

/** A find on a view, as the aggregation that it is. @throws CommandError InvalidPipelineOperator for what that cannot do */
export function findAsAggregate(operation: Operation): Operation {
  const { command } = operation;
  refuseOptions(operation);
  const sort = operation.optionalDocument('sort');
  const natural = sort?.get('$natural');
  const extra: [string, Value][] = [];
  if (natural !== undefined) extra.push(['hint', new Map([['$natural', natural]])]);
  const size = command.get('batchSize');
  const pipeline = stages([
    ['$match', operation.optionalDocument('filter')],
    ['$sort', natural === undefined ? sort : undefined],
    ['$skip', positive(operation, 'skip')],
    ['$limit', positive(operation, 'limit')],
    ['$project', operation.optionalDocument('projection')],
  ]);
  const cursor = new Map(size === undefined ? [] : [['batchSize', size]]);
  return rewritten(operation, pipeline, cursor, extra);
}

function refuseOptions(operation: Operation): void {
  if (operation.optionalBoolean('tailable')) {
    throw notInAggregation('Tailable cursors are not supported in aggregation.');
  }
  for (const option of NOT_IN_AGGREGATION) {
    const value = operation.command.get(option);
    if (value === undefined || value === false || (value instanceof Map && value.size === 0)) continue;
    // Drivers ask for one document in one batch.
    if (option === 'singleBatch' && operation.optionalNumber('limit') === 1) continue;
    throw notInAggregation(`Option ${option} not supported in aggregation.`);
  }
}

/** A count on a view: the pipeline yields one document at most, `{count: n}`. */
export function countAsAggregate(operation: Operation): Operation {
  const limit = Math.abs(operation.optionalNumber('limit') ?? 0);
  const pipeline = stages([
    ['$match', operation.optionalDocument('query')],
    ['$skip', positive(operation, 'skip')],
    ['$limit', limit === 0 ? undefined : limit],
    ['$count', 'count'],
  ]);
  return rewritten(operation, pipeline, new Map());
}

/** A distinct on a view: the pipeline yields the documents that the values are taken from. */
export function distinctAsAggregate(operation: Operation): Operation {
  return rewritten(operation, stages([['$match', operation.optionalDocument('query')]]), new Map());
}

function stages(wanted: readonly (readonly [string, Value | undefined])[]): Value[] {
  return wanted.flatMap(([name, argument]): Doc[] =>
    argument === undefined || (argument instanceof Map && argument.size === 0)
      ? []
      : [new Map([[name, argument]])],
  );
}

function positive(operation: Operation, field: string): number | undefined {
  const value = operation.optionalNumber(field) ?? 0;
  if (value < 0) {
    throw new CommandError(51024, `BSON field '${field}' value must be >= 0, actual value '${value}'`);
  }
  return value === 0 ? undefined : value;
}

function rewritten(
  operation: Operation,
  pipeline: readonly Value[],
  cursor: Doc,
  extra: readonly [string, Value][] = [],
): Operation {
  const { command } = operation;
  const fields = new Map<string, Value>([
    ['aggregate', operation.collectionName()],
    ['pipeline', [...pipeline]],
    ['cursor', cursor],
  ]);
  for (const field of SHARED) {
    const value = command.get(field);
    if (value !== undefined) fields.set(field, value);
  }
  for (const [field, value] of extra) fields.set(field, value);
  return operation.within(Command.from(fields, operation.database));
}

function notInAggregation(message: string): CommandError {
  return new CommandError('InvalidPipelineOperator', message);
}
