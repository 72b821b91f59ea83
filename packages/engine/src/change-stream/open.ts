import { Timestamp, type Value } from '@argon/bson';
import { findBranch } from '@argon/wal';
import type { AggregateRequest } from '../commands/aggregate';
import { cursorReply } from '../commands/cursor-reply';
import type { Reply } from '../handler/contract';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { pipelineEnv } from '../plan/pipeline-source';
import type { EventContext } from './events/context';
import { LiveEvents } from './live-events';
import { readChangeStreamOptions, type ChangeStreamOptions } from './options';
import { afterCommit } from './place';
import type { Scope } from './scope';
import { BranchSource, type BranchStart } from './source/branch-source';
import { ClusterSource } from './source/cluster-source';
import { PendingSource } from './source/pending-source';
import type { EventSource } from './source/source';
import { startOf } from './source/start';
import { compileEventStages } from './stages';

/** Of a project that came into being while it was watched. */
const FROM_BEGINNING: BranchStart = {
  place: afterCommit(0),
  clusterTime: new Timestamp({ t: 0, i: 0 }),
};

/** Whether a pipeline begins with `$changeStream`. */
export function isChangeStream([first]: readonly Value[]): boolean {
  return first instanceof Map && first.size === 1 && first.has('$changeStream');
}

/** Opens a change stream and answers with its first batch. @throws CommandError as mongod */
export async function openChangeStream(operation: Operation, request: AggregateRequest): Promise<Reply> {
  const [first, ...rest] = request.stages;
  const options = readChangeStreamOptions((first as ReadonlyMap<string, Value>).get('$changeStream')!);
  checkNamespace(operation, request.collection, options);
  checkReadConcern(operation);
  const { transform, splits } = compileEventStages(rest, pipelineEnv(request.options(undefined)));
  const resumed = options.resume?.token;
  if (resumed?.fragment !== undefined && !splits) {
    throw new CommandError(
      'ChangeStreamFatalError',
      'cannot resume stream; the resume token is of a part of a split event, so the pipeline must end in $changeStreamSplitLargeEvent',
      { labels: ['NonResumableChangeStreamError'] },
    );
  }
  const source = await sourceOf(operation, scopeOf(request.collection, options), options);
  return cursorReply(operation, {
    stream: new LiveEvents(source, { transform, splits, resumed }),
    namespace: request.namespace,
    firstBatch: request.batchSize,
  });
}

function scopeOf(collection: string | undefined, { allChangesForCluster }: ChangeStreamOptions): Scope {
  if (allChangesForCluster) return { kind: 'cluster' };
  return collection === undefined ? { kind: 'database' } : { kind: 'collection', collection };
}

function checkNamespace(
  operation: Operation,
  collection: string | undefined,
  { allChangesForCluster }: ChangeStreamOptions,
): void {
  const { database } = operation;
  if (allChangesForCluster) {
    if (database === 'admin' && collection === undefined) return;
    throw new CommandError(
      'InvalidOptions',
      `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${operation.namespace(collection ?? '$cmd.aggregate')}.`,
    );
  }
  if (operation.isSystem) {
    throw new CommandError(
      'InvalidNamespace',
      `$changeStream may not be opened on the internal ${database} database`,
    );
  }
  if (collection?.startsWith('system.') === true) {
    throw new CommandError(
      'InvalidNamespace',
      `$changeStream may not be opened on the internal ${operation.namespace(collection)} collection`,
    );
  }
  if (operation.address.moment !== undefined) {
    throw new CommandError(
      'CommandNotSupportedOnView',
      `'${database}' is a moment in the past, where nothing changes; watch the branch, with startAtOperationTime if need be`,
    );
  }
}

function checkReadConcern(operation: Operation): void {
  const concern = operation.optionalDocument('readConcern');
  const level = concern?.get('level');
  if (level === undefined || level === 'majority') return;
  throw new CommandError(
    'InvalidOptions',
    `Aggregation stage $changeStream cannot run with a readConcern other than 'majority'. Current readConcern: ${String(level)}`,
  );
}

async function sourceOf(
  operation: Operation,
  scope: Scope,
  options: ChangeStreamOptions,
): Promise<EventSource> {
  const { store, materializer, arrivals } = operation.engine;
  const { database } = operation;
  if (scope.kind === 'cluster') return new ClusterSource(operation.engine, options).open();
  const open = async (isNew: boolean): Promise<EventSource | undefined> => {
    const { project, branch } = operation.address;
    const found = await findBranch(store, project, branch);
    if (found === 'no-project' && branch === 'main') return undefined;
    // Says which of the two is missing.
    if (typeof found === 'string') return void (await operation.state());
    const { id } = found.branch;
    const context: EventContext = { store, materializer, branchId: id, scope, options, database };
    const start = isNew && options.resume === undefined ? FROM_BEGINNING : undefined;
    return new BranchSource(
      context,
      start ?? (await startOf(context, found.branch, scope, options)),
      arrivals,
    );
  };
  if (scope.kind === 'collection') await refuseView(operation, scope.collection);
  return (await open(false)) ?? new PendingSource(() => open(true));
}

async function refuseView(operation: Operation, collection: string): Promise<void> {
  const { catalog } = await operation.view(collection);
  if (catalog?.type !== 'view') return;
  throw new CommandError(
    'CommandNotSupportedOnView',
    `Namespace ${operation.namespace(collection)} is a view, not a collection`,
  );
}
