import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { describeOperation } from '../activity/describe';
import { compilePipeline } from '../aggregate/pipeline';
import type { PipelineWrites } from '../aggregate/stage/stage';
import { collationIn, commandCollation } from '../collation/wanted-collation';
import { FIRST_BATCH } from '../handler/cursors';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import {
  encodedPipeline,
  noDocuments,
  pipelineEnv,
  runPipeline,
  type PipelineEnvOptions,
  type PipelineReads,
} from '../plan/pipeline-source';
import { isChangeStream, openChangeStream } from '../change-stream/open';
import { onView } from '../stored-views/refuse';
import { resolveView } from '../stored-views/resolve';
import { writePipeline } from '../write/pipeline-output';
import { cursorReply } from './cursor-reply';
import { CommandDefinition } from './definition';
import { nonNegativeValue } from './find';
import { letVariables } from './let';

export const aggregateCommand = new CommandDefinition({
  name: 'aggregate',
  help: 'Runs an aggregation pipeline.',
  fields: [
    'pipeline',
    'cursor',
    'explain',
    'allowDiskUse',
    'bypassDocumentValidation',
    'collation',
    'hint',
    'let',
    'fromMongos',
    'needsMerge',
  ],
  run: async (operation) => {
    const request = readAggregate(operation);
    if (operation.command.get('explain') === true) {
      throw new CommandError(
        'CommandNotSupported',
        "Use the explain command: aggregate's 'explain' option is not supported",
      );
    }
    if (isChangeStream(request.stages)) return openChangeStream(operation, request);
    if (isWriting(request.stages)) {
      // Before the project is made that it would write to.
      const writes = compilePipeline(request.stages, pipelineEnv(request.options(undefined))).writes!;
      checkReadConcern(operation, writes);
      if (operation.transaction !== undefined) {
        throw new CommandError(
          'OperationNotSupportedInTransaction',
          `$${writes.kind} cannot be used in a transaction`,
        );
      }
      await operation.write(async (draft) => {
        const { stages, options } = resolveAggregate(operation, request, {
          view: (name) => draft.collection(name),
          check: () => operation.checkTime(),
        });
        const run = compilePipeline(stages, pipelineEnv(options));
        await writePipeline(draft, writes, runPipeline(run, options, stages), operation, options.collation);
      });
      return cursorReply(operation, {
        stream: noDocuments()[Symbol.asyncIterator](),
        namespace: request.namespace,
        firstBatch: 0,
        singleBatch: true,
      });
    }
    const state = await operation.state();
    const { stages, options } = resolveAggregate(operation, request, {
      view: (name) => operation.viewOf(state, name),
      check: () => operation.checkTime(),
    });
    const run = compilePipeline(stages, pipelineEnv(options));
    return cursorReply(operation, {
      stream: encodedPipeline(run, options, stages)[Symbol.asyncIterator](),
      namespace: request.namespace,
      firstBatch: request.batchSize,
    });
  },
});

/** Whether the last stage is `$out` or `$merge`; elsewhere they are refused. */
function isWriting(stages: readonly Value[]): boolean {
  const last = stages.at(-1);
  return last instanceof Map && (last.has('$out') || last.has('$merge'));
}

/** What is written cannot be confirmed to have been read from the primary. @throws CommandError */
function checkReadConcern(operation: Operation, { kind }: PipelineWrites): void {
  const concern = operation.command.get('readConcern');
  if (!(concern instanceof Map) || concern.get('level') !== 'linearizable') return;
  throw new CommandError(
    'InvalidOptions',
    `Command aggregate does not support { readConcern: { level: "linearizable", provenance: "clientSupplied" } } :: caused by :: $${kind} cannot be used with a 'linearizable' read concern level`,
  );
}

/** The documents of an aggregation that only reads. */
export async function* aggregated(operation: Operation): AsyncGenerator<readonly Doc[]> {
  const request = readAggregate(operation);
  const state = await operation.state();
  const { stages, options } = resolveAggregate(operation, request, {
    view: (name) => operation.viewOf(state, name),
    check: () => operation.checkTime(),
  });
  yield* runPipeline(compilePipeline(stages, pipelineEnv(options)), options, stages);
}

export interface AggregateRequest {
  /** Absent for `aggregate: 1`. */
  readonly collection: string | undefined;
  readonly namespace: string;
  readonly stages: readonly Value[];
  readonly batchSize: number;
  /** The surroundings, with reads once they are known. */
  options(reads: PipelineReads | undefined): PipelineEnvOptions;
}

/** What the command comes down to where these reads are: the stages of a view go before its own. */
export function resolveAggregate(
  operation: Operation,
  request: AggregateRequest,
  reads: PipelineReads,
): { readonly stages: readonly Value[]; readonly options: PipelineEnvOptions } {
  const options = request.options(reads);
  const { collection, stages } = request;
  const resolved =
    collection === undefined ? undefined : resolveView(reads.view(collection), operation.database);
  if (resolved === undefined) return { stages, options };
  const [first] = stages;
  if (first instanceof Map && (first.has('$collStats') || first.has('$changeStream'))) {
    throw onView(request.namespace);
  }
  return {
    stages: [...resolved.stages, ...stages],
    options: { ...options, collection: resolved.collection },
  };
}

/** An aggregate command's arguments. @throws CommandError */
export function readAggregate(operation: Operation): AggregateRequest {
  const target = operation.command.get('aggregate');
  const collection = typeof target === 'string' ? operation.collectionName('aggregate') : undefined;
  if (collection === undefined && !(isNumber(target) && toNumber(target) === 1)) {
    throw new CommandError(
      'FailedToParse',
      'Invalid command format: the aggregate field must specify a collection name or 1',
    );
  }
  const stages = operation.command.get('pipeline');
  if (!Array.isArray(stages)) {
    if (stages === undefined) {
      throw new CommandError(40414, `BSON field 'aggregate.pipeline' is missing but a required field`);
    }
    throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  }
  const wanted = commandCollation(operation.command);
  const cursor = operation.optionalDocument('cursor');
  if (cursor === undefined && operation.command.get('explain') !== true) {
    throw new CommandError(
      'FailedToParse',
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  }
  const size = cursor?.get('batchSize');
  const variables = letVariables(operation);
  return {
    collection,
    namespace: operation.namespace(collection ?? '$cmd.aggregate'),
    stages,
    batchSize:
      size === undefined
        ? FIRST_BATCH
        : nonNegativeValue(size, "BSON field 'batchSize'", () =>
            operation.wrongType('cursor.batchSize', size, 'number'),
          ),
    options: (reads) => ({
      database: operation.database,
      collection,
      now: operation.started,
      variables,
      memoryLimit: operation.engine.memoryLimit,
      allowDiskUse: operation.command.get('allowDiskUse') !== false,
      hint: operation.command.get('hint'),
      operations: () => operation.engine.activity.running().map(describeOperation),
      collation: collationIn(wanted, collection === undefined ? undefined : reads?.view(collection).catalog),
      sessions: () => ({
        user: operation.context.actor.user,
        all: operation.engine.sessions.all().map((session) => session.listed),
      }),
      reads: () => reads,
    }),
  };
}
