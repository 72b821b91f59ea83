import type { Doc, Value } from '@argon/bson';
import { compilePipeline } from '../aggregate/pipeline';
import {
  collationIn,
  commandCollation,
  wantedCollation,
  type WantedCollation,
} from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { compileFilter, type Matcher } from '../match/compile';
import type { Returned } from '../plan/explain/counts';
import { findStages, stage } from '../plan/explain/stages';
import { FindPlan } from '../plan/find-plan';
import { readHint } from '../plan/hint';
import { refuseAbsentText } from '../plan/text-index';
import { neededPaths } from '../plan/needs/pipeline-paths';
import { pipelineEnv } from '../plan/pipeline-source';
import type { Examined } from '../plan/select';
import { countAsAggregate, distinctAsAggregate, findAsAggregate } from '../stored-views/as-aggregate';
import { readAggregate, resolveAggregate } from './aggregate';
import { planCount } from './count';
import { planDistinct } from './distinct';
import { planFind } from './find';
import { letVariables } from './let';

/** The plan of a command, to be shown and tried: what it reads, never what it writes. */
export interface ExplainedPlan {
  readonly collection: string;
  readonly matcher: Matcher;
  /** Outermost first, in mongod's words. */
  stages(): Doc;
  /** The plans that were considered, in the same form; the one that is shown by `stages` may be among them. */
  considered(): Promise<readonly Doc[]>;
  run(check: () => void, examined: Examined): Promise<Returned>;
  /** An aggregation's stages after those that the plan does. */
  readonly laterStages?: Value[];
}

/** @throws CommandError CommandNotFound for a command that has no plan */
export async function explainedPlan(operation: Operation): Promise<ExplainedPlan> {
  switch (operation.command.name) {
    case 'find': {
      const collection = operation.collectionName();
      const plan = await planFind(operation, collection, true);
      return plan === undefined ? ofAggregate(findAsAggregate(operation)) : ofFind(plan, collection);
    }
    case 'aggregate':
      return ofAggregate(operation);
    case 'count':
      return ofCount(operation);
    case 'distinct':
      return ofDistinct(operation);
    case 'findAndModify':
    case 'findandmodify':
      return ofFindAndModify(operation);
    case 'update':
    case 'delete':
      return ofStatement(operation, operation.command.name);
    default:
      throw new CommandError(
        'CommandNotFound',
        `Explain failed due to unknown command: ${operation.command.name}`,
      );
  }
}

function ofFind(plan: FindPlan, collection: string, around?: string): ExplainedPlan {
  const shown = (each: FindPlan): Doc =>
    around === undefined ? findStages(each) : stage(around, [], findStages(each, true));
  return {
    collection,
    matcher: plan.query.matcher,
    stages: () => shown(plan),
    considered: async () => (await plan.considered()).map(shown),
    run: async (check, examined) => {
      let documents = 0;
      for await (const batch of plan.run(check, examined)) documents += batch.length;
      return { documents };
    },
  };
}

async function ofCount(operation: Operation): Promise<ExplainedPlan> {
  const collection = operation.collectionName();
  const plan = await planCount(operation, collection);
  if (plan === undefined) return ofAggregate(countAsAggregate(operation));
  return {
    collection,
    matcher: plan.query.matcher,
    stages: () => plan.explain(),
    considered: async () => (await plan.considered()).map((each) => each.explain()),
    run: async (check, examined) => ({ documents: 0, counted: await plan.run(check, examined) }),
  };
}

async function ofDistinct(operation: Operation): Promise<ExplainedPlan> {
  const collection = operation.collectionName();
  const plan = await planDistinct(operation, collection);
  if (plan === undefined) return ofAggregate(distinctAsAggregate(operation));
  return {
    collection,
    matcher: plan.query.matcher,
    stages: () => plan.explain(),
    considered: () => Promise.resolve([]),
    run: async (check, examined) => ({ documents: (await plan.run(check, examined)).length }),
  };
}

async function ofFindAndModify(operation: Operation): Promise<ExplainedPlan> {
  const filter = operation.optionalDocument('query') ?? new Map<string, Value>();
  const collection = operation.collectionName();
  const plan = await planOf(operation, collection, filter, {
    sort: operation.optionalDocument('sort'),
    limit: operation.command.has('sort') ? 1 : 0,
    hint: operation.command.get('hint'),
    collation: commandCollation(operation.command),
  });
  return ofFind(plan, collection, operation.optionalBoolean('remove') ? 'DELETE' : 'UPDATE');
}

async function ofStatement(operation: Operation, name: 'update' | 'delete'): Promise<ExplainedPlan> {
  const statements = operation.command.get(name === 'update' ? 'updates' : 'deletes');
  const first = Array.isArray(statements) ? statements[0] : undefined;
  const filter = first instanceof Map ? first.get('q') : undefined;
  if (!(first instanceof Map) || !(filter instanceof Map)) {
    throw new CommandError('FailedToParse', 'explain needs exactly one statement');
  }
  const collection = operation.collectionName();
  const plan = await planOf(operation, collection, filter, {
    hint: first.get('hint'),
    collation: wantedCollation(first.get('collation')),
  });
  return ofFind(plan, collection, name.toUpperCase());
}

async function ofAggregate(operation: Operation): Promise<ExplainedPlan> {
  const request = readAggregate(operation);
  const state = await operation.state();
  const { stages: all, options } = resolveAggregate(operation, request, {
    view: (name) => operation.viewOf(state, name),
    check: () => operation.checkTime(),
  });
  const pipeline = compilePipeline(all, pipelineEnv(options));
  const { filter, sort, skip = 0, limit = 0, stages } = pipeline.prefix;
  const collection = options.collection ?? '$cmd.aggregate';
  const hint = operation.command.get('hint');
  const plan = await planOf(operation, collection, filter ?? new Map(), {
    sort,
    skip,
    limit,
    hint,
    collation: commandCollation(operation.command),
    needed: neededPaths(all.slice(stages)),
    metadata: pipeline.metadata,
  });
  return { ...ofFind(plan, collection), laterStages: all.slice(stages) };
}

interface Wanted {
  readonly sort?: Doc | undefined;
  readonly skip?: number;
  readonly limit?: number;
  readonly hint?: Value | undefined;
  readonly collation: WantedCollation;
  readonly needed?: ReadonlySet<string> | undefined;
  readonly metadata?: ReadonlySet<string>;
}

async function planOf(
  operation: Operation,
  collection: string,
  filter: Doc,
  { sort, skip = 0, limit = 0, hint, collation, needed, metadata }: Wanted,
): Promise<FindPlan> {
  const variables = letVariables(operation);
  const view = await operation.view(collection);
  const matcher = compileFilter(filter, {
    now: operation.started,
    collation: collationIn(collation, view.catalog),
    ...(variables === undefined ? {} : { variables }),
  });
  refuseAbsentText(view, matcher, operation.database);
  return FindPlan.make(view, {
    filter,
    matcher,
    sort,
    projection: undefined,
    skip,
    limit,
    hint: readHint(view, hint),
    variables,
    now: operation.started,
    memoryLimit: operation.engine.memoryLimit,
    allowDiskUse: true,
    needed,
    metadata,
  });
}
