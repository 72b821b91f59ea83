import { bsonTypeName } from '@argon/bson';
import { checkDocument } from '../../handler/arguments';
import { CommandError } from '../../handler/errors';
import { describeElement } from '../expression/describe';
import type { PipelineEnv } from '../env';
import type { StageCompiler } from './stage';
import { batchesOf } from './stream';

/** `$collStats` */
export const COLL_STATS: StageCompiler = (argument, { env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      5447000,
      `$collStats must take a nested object but found: $collStats: ${describeElement(argument)}`,
    );
  }
  checkDocument(argument, '$collStats', {
    latencyStats: 'object',
    storageStats: 'object',
    count: 'object',
    queryExecStats: 'object',
  });
  const collection = collectionOf(env, name);
  for (const unsupported of ['latencyStats', 'queryExecStats']) {
    if (argument.has(unsupported)) throw refused(`$collStats with ${unsupported}`);
  }
  const statistics = env.collectionStats;
  if (statistics === undefined) throw refused(name);
  return { name, isSource: true, run: () => statistics(collection, argument) };
};

/** `$indexStats` */
export const INDEX_STATS: StageCompiler = (argument, { env }, name) => {
  if (!(argument instanceof Map) || argument.size > 0) {
    throw new CommandError(28803, 'The $indexStats stage specification must be an empty object');
  }
  const collection = collectionOf(env, name);
  const statistics = env.indexStats;
  if (statistics === undefined) throw refused(name);
  return { name, isSource: true, run: () => statistics(collection) };
};

const CURRENT_OP_OPTIONS = new Set([
  'allUsers',
  'idleConnections',
  'idleCursors',
  'idleSessions',
  'localOps',
  'truncateOps',
  'backtrace',
  'targetAllNodes',
]);

/** `$currentOp`: the operations of all users; nothing idle is listed. */
export const CURRENT_OP: StageCompiler = (argument, { env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'TypeMismatch',
      `$currentOp options must be specified in an object, but found: ${bsonTypeName(argument)}`,
    );
  }
  for (const [option, value] of argument) {
    if (!CURRENT_OP_OPTIONS.has(option)) {
      throw new CommandError('FailedToParse', `Unrecognized option '${option}' in $currentOp stage.`);
    }
    if (typeof value !== 'boolean') {
      throw new CommandError(
        'TypeMismatch',
        `The '${option}' parameter of the $currentOp stage must be a boolean value, but found: ${bsonTypeName(value)}`,
      );
    }
  }
  if (env.namespace.database !== 'admin' || env.namespace.collection !== undefined) {
    throw new CommandError(
      'InvalidNamespace',
      "$currentOp must be run against the 'admin' database with {aggregate: 1}",
    );
  }
  const operations = env.currentOperations;
  if (operations === undefined) throw refused(name);
  return { name, isSource: true, run: () => batchesOf(operations()) };
};

function collectionOf(env: PipelineEnv, name: string): string {
  const { collection } = env.namespace;
  if (collection !== undefined) return collection;
  throw new CommandError(
    'InvalidNamespace',
    `{aggregate: 1} is not valid for '${name}'; a collection is required.`,
  );
}

function refused(what: string): CommandError {
  return new CommandError('CommandNotSupported', `${what} is not supported here`);
}
