import type { Doc, Value } from '@argon/bson';
import { compilePipeline } from '../aggregate/pipeline';
import { Command } from '../handler/command';
import { CommandError } from '../handler/errors';
import { Operation } from '../handler/operation';
import { okReply } from '../handler/reply';
import { compileFilter } from '../match/compile';
import type { Examined } from '../plan/access-path';
import { pipelineEnv } from '../plan/pipeline-source';
import { FindPlan } from '../plan/find-plan';
import { readAggregate } from './aggregate';
import { CommandDefinition } from './definition';
import { planFind } from './find';
import { MONGODB_VERSION } from './hello';

const VERBOSITY = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Plans a command, and with `executionStats` runs its reading half; explaining never writes. */
export const explainCommand = new CommandDefinition({
  name: 'explain',
  help: 'Shows how a command would run.',
  fields: ['verbosity'],
  run: async (operation) => {
    const inner = operation.command.get('explain');
    if (!(inner instanceof Map)) throw operation.wrongType('explain', inner, 'object');
    const verbosity = operation.optionalString('verbosity') ?? 'allPlansExecution';
    if (!VERBOSITY.includes(verbosity)) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    const explained = new Operation(
      operation.engine,
      Command.from(inner, operation.database),
      operation.context,
    );
    const { plan, collection, stages } = await planOf(explained);
    const winning = plan.explain();
    const reply: Record<string, Value> = {
      explainVersion: '1',
      queryPlanner: new Map<string, Value>([
        ['namespace', operation.namespace(collection)],
        ['indexFilterSet', false],
        ['winningPlan', winning],
        ['rejectedPlans', []],
      ]),
    };
    if (stages !== undefined) reply['stages'] = stages;
    if (verbosity !== 'queryPlanner') reply['executionStats'] = await execute(plan, explained, winning);
    reply['command'] = inner;
    reply['serverInfo'] = new Map<string, Value>([['version', MONGODB_VERSION]]);
    return okReply(reply);
  },
});

interface Explained {
  readonly plan: FindPlan;
  readonly collection: string;
  /** An aggregation's stages after those that the plan does. */
  readonly stages?: Value[];
}

async function planOf(operation: Operation): Promise<Explained> {
  const { command } = operation;
  if (command.name === 'find') {
    const collection = operation.collectionName();
    return { plan: await planFind(operation, collection), collection };
  }
  if (command.name === 'aggregate') return planAggregate(operation);
  const filter = filterOf(operation);
  if (filter === undefined) {
    throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${command.name}`);
  }
  const collection = operation.collectionName();
  return { plan: await plainPlan(operation, collection, filter), collection };
}

function filterOf(operation: Operation): Doc | undefined {
  const { command } = operation;
  switch (command.name) {
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return operation.optionalDocument('query') ?? new Map();
    case 'update':
    case 'delete': {
      const statements = command.get(command.name === 'update' ? 'updates' : 'deletes');
      const first = Array.isArray(statements) ? statements[0] : undefined;
      const filter = first instanceof Map ? first.get('q') : undefined;
      if (!(filter instanceof Map))
        throw new CommandError('FailedToParse', 'explain needs exactly one statement');
      return filter;
    }
    default:
      return undefined;
  }
}

async function planAggregate(operation: Operation): Promise<Explained> {
  const request = readAggregate(operation);
  const pipeline = compilePipeline(request.stages, pipelineEnv(request.options(undefined)));
  const { prefix } = pipeline;
  const collection = request.collection ?? '$cmd.aggregate';
  const plan = await plainPlan(
    operation,
    collection,
    prefix.filter ?? new Map(),
    prefix.sort,
    prefix.skip,
    prefix.limit,
  );
  return { plan, collection, stages: request.stages.slice(prefix.stages) };
}

async function plainPlan(
  operation: Operation,
  collection: string,
  filter: Doc,
  sort?: Doc,
  skip = 0,
  limit = 0,
): Promise<FindPlan> {
  return new FindPlan(await operation.view(collection), {
    filter,
    matcher: compileFilter(filter, { now: operation.started }),
    sort,
    projection: undefined,
    skip,
    limit,
    negativeLimit: false,
    natural: undefined,
    variables: undefined,
    now: operation.started,
    memoryLimit: operation.engine.memoryLimit,
    allowDiskUse: true,
  });
}

async function execute(plan: FindPlan, operation: Operation, winning: Doc): Promise<Doc> {
  const examined: Examined = { documents: 0, keys: 0 };
  const started = performance.now();
  let returned = 0;
  for await (const batch of plan.run(() => operation.checkTime(), examined)) returned += batch.length;
  return new Map<string, Value>([
    ['executionSuccess', true],
    ['nReturned', returned],
    ['executionTimeMillis', Math.round(performance.now() - started)],
    ['totalKeysExamined', examined.keys],
    ['totalDocsExamined', examined.documents],
    ['executionStages', winning],
  ]);
}
