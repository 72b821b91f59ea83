import { decodeDocument, encodeDocument, type Doc, type Value, type Collation } from '@argon/bson';
import { indexKind } from '@argon/materializer';
import type { MaybePromise } from '@argon/wal';
import type { PipelineEnv, SessionList } from '../aggregate/env';
import type { Variables } from '../aggregate/expression/expression';
import { withContext } from '../aggregate/expression/scope';
import { setMetadata } from '../aggregate/metadata';
import { compilePipeline, type Pipeline } from '../aggregate/pipeline';
import type { PipelinePrefix } from '../aggregate/prefix';
import { hasText } from '../aggregate/stage/placement';
import { checkViewCollation, indexCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import { compileFilter } from '../match/compile';
import { readFields, wantedField } from '../match/walk/fields';
import { isView, resolveView, type ResolvedView } from '../stored-views/resolve';
import type { CollectionView } from '../view/collection-view';
import { FindPlan } from './find-plan';
import { readHint } from './hint';
import { refuseAbsentText } from './text-index';
import { collectionDocuments, indexDocuments } from '../statistics/pipeline-statistics';
import { neededFields, neededPaths } from './needs/pipeline-paths';

/** Where a pipeline reads: the collections of one state. */
export interface PipelineReads {
  view(collection: string): CollectionView;
  /** Called once a batch; throws to stop. */
  check(): void;
}

export interface PipelineEnvOptions {
  readonly database: string;
  readonly collection: string | undefined;
  readonly now: Date;
  readonly variables: Variables | undefined;
  readonly memoryLimit: number;
  readonly allowDiskUse: boolean;
  /** The command's hint, for its own collection. */
  readonly hint?: Value | undefined;
  /** It is a stage that reads: mongod plans that while the pipeline runs already, and says so of what fails. */
  readonly isInner?: boolean;
  /** What `$currentOp` lists. */
  readonly operations?: (() => readonly Doc[]) | undefined;
  /** How strings compare; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** What `$listLocalSessions` chooses from. */
  readonly sessions?: (() => SessionList) | undefined;
  /** Not there while a pipeline is only compiled to be checked. */
  reads(): PipelineReads | undefined;
}

/** What a pipeline needs of its surroundings, over one state. */
export function pipelineEnv(options: PipelineEnvOptions): PipelineEnv {
  return {
    namespace: {
      database: options.database,
      ...(options.collection === undefined ? {} : { collection: options.collection }),
    },
    now: options.now,
    collation: options.collation,
    ...(options.variables === undefined ? {} : { variables: options.variables }),
    memoryLimit: options.memoryLimit,
    allowDiskUse: options.allowDiskUse,
    geoIndexes: (collection) => geoIndexes(options.reads()?.view(collection)),
    isIndexed: (collection, field) => isIndexed(options, collection, field),
    scan: (collection, filter, isOwn = false) =>
      scan({ ...options, hint: undefined, isInner: !isOwn }, collection, filter),
    check: () => options.reads()?.check(),
    collectionStats: (collection, specification) => collectionDocuments(options, collection, specification),
    indexStats: (collection) => indexDocuments(options, collection),
    ...(options.operations === undefined ? {} : { currentOperations: options.operations }),
    ...(options.sessions === undefined ? {} : { sessions: options.sessions }),
  };
}

function geoIndexes(view: CollectionView | undefined): ReturnType<NonNullable<PipelineEnv['geoIndexes']>> {
  if (view?.collection === undefined) return undefined;
  return view.indexes.flatMap(({ key }) =>
    [...key].flatMap(([path, kind]) => (kind === '2d' || kind === '2dsphere' ? [{ path, kind }] : [])),
  );
}

/** Collections of this size are read whole and joined in memory, which takes less time than looking documents up. */
const SMALL = 1_000;

/** Whether looking documents up by this field beats reading them all. */
function isIndexed(options: PipelineEnvOptions, collection: string, field: string): boolean {
  const view = options.reads()?.view(collection);
  if (isView(view?.catalog)) return false;
  if (field === '_id' && options.collation === undefined) return true;
  if (view === undefined || view.count < SMALL) return false;
  return view.indexes.some((index) => {
    const [first] = index.key.keys();
    const kind = indexKind(index.key);
    const isByValue = kind === 'ordered' || kind === 'hashed';
    const isWhole = !index.sparse && index.partial === undefined;
    return first === field && isByValue && isWhole && indexCollation(index) === options.collation;
  });
}

async function* scan(
  options: PipelineEnvOptions,
  collection: string,
  filter?: Doc,
): AsyncGenerator<readonly Doc[]> {
  const view = options.reads()?.view(collection);
  const resolved = view && resolveView(view, options.database);
  if (resolved !== undefined) {
    const { catalog } = view!;
    const namespace = `${options.database}.${collection}`;
    if (catalog !== undefined) checkViewCollation(options.collation, catalog, namespace);
    yield* viewDocuments(options, resolved, filter);
    return;
  }
  const prefix = { ...(filter === undefined ? {} : { filter }), stages: 0, filterStages: 0 };
  if (filter !== undefined && hasText(filter)) yield* describedDocuments(options, collection, prefix, SCORED);
  else {
    for await (const batch of pipelineSource(options, collection, prefix)) {
      yield batch.map((bytes) => decodeDocument(bytes));
    }
  }
}

const SCORED: ReadonlySet<string> = new Set(['textScore']);

/** Decoded, with what is known of them besides. */
async function* describedDocuments(
  options: PipelineEnvOptions,
  collection: string,
  prefix: PipelinePrefix,
  metadata: ReadonlySet<string>,
): AsyncGenerator<readonly Doc[]> {
  const reads = options.reads();
  if (reads === undefined) return;
  const plan = await sourcePlan(options, reads, collection, prefix, { metadata });
  for await (const { refs, documents } of plan.records(() => reads.check())) {
    yield documents.map((bytes, i) =>
      setMetadata(decodeDocument(bytes), plan.metadata(bytes, refs[i]!, metadata)),
    );
  }
}

/** The documents of a view that a stage reads. The variables of the command are not the view's. */
function viewDocuments(
  options: PipelineEnvOptions,
  { collection, stages: viewStages }: ResolvedView,
  filter: Doc | undefined,
): AsyncIterable<readonly Doc[]> {
  const stages = filter === undefined ? viewStages : [...viewStages, new Map([['$match', filter]])];
  const own = { ...options, collection, variables: undefined, hint: undefined };
  return runPipeline(compilePipeline(stages, pipelineEnv(own)), own, stages);
}

/** The same, decoded as far as the stages after them can tell: `stages` are all of the pipeline's. */
async function* decodedSource(
  options: PipelineEnvOptions,
  collection: string,
  { prefix, metadata }: Pipeline,
  stages: readonly Value[],
): AsyncGenerator<readonly Doc[]> {
  if (metadata.size > 0) {
    yield* describedDocuments(options, collection, prefix, metadata);
    return;
  }
  const rest = stages.slice(prefix.stages);
  const needed = neededFields(rest);
  const wanted = { onlyNumber: needed?.size === 0, paths: neededPaths(rest) };
  const fields = needed && [...needed].map(wantedField);
  for await (const batch of pipelineSource(options, collection, prefix, wanted)) {
    yield batch.map((bytes) => (fields === undefined ? decodeDocument(bytes) : readFields(bytes, fields)));
  }
}

/**
 * The documents that a pipeline's leading stages ask of a collection, in bytes.
 *
 * @param wanted - Of the documents. `onlyNumber`: only how many there are matters, empty ones will do. `paths`: all that
 *   is read of them; fields are in their order, unless they come from an index.
 */
async function* pipelineSource(
  options: PipelineEnvOptions,
  collection: string,
  prefix: PipelinePrefix,
  wanted: Wanted = {},
): AsyncGenerator<readonly Uint8Array[]> {
  const reads = options.reads();
  if (reads === undefined) return;
  const plan = await sourcePlan(options, reads, collection, prefix, wanted);
  yield* plan.run(() => reads.check());
}

interface Wanted {
  readonly onlyNumber?: boolean;
  readonly metadata?: ReadonlySet<string>;
  readonly paths?: ReadonlySet<string> | undefined;
}

/** @throws CommandError for what cannot be planned, in mongod's words for where that is */
async function sourcePlan(...source: Parameters<typeof planSource>): Promise<FindPlan> {
  try {
    return await planSource(...source);
  } catch (error) {
    if (source[0].isInner !== true || !(error instanceof CommandError)) throw error;
    throw withContext(error, 'PlanExecutor error during aggregation');
  }
}

function planSource(
  options: PipelineEnvOptions,
  reads: PipelineReads,
  collection: string,
  prefix: PipelinePrefix,
  wanted: Wanted = {},
): MaybePromise<FindPlan> {
  const filter: Doc = prefix.filter ?? new Map();
  const { now, variables, collation, memoryLimit, allowDiskUse } = options;
  const view = reads.view(collection);
  const matcher = compileFilter(filter, {
    now,
    collation,
    ...(variables === undefined ? {} : { variables }),
  });
  refuseAbsentText(view, matcher, options.database);
  return FindPlan.make(view, {
    filter,
    matcher,
    sort: prefix.sort,
    projection: undefined,
    skip: prefix.skip ?? 0,
    limit: prefix.limit ?? 0,
    hint: readHint(view, options.hint),
    variables,
    now,
    memoryLimit,
    allowDiskUse,
    onlyNumber: wanted.onlyNumber ?? false,
    needed: wanted.paths,
    metadata: wanted.metadata,
  });
}

/** The documents that a pipeline makes of the collection that `options` name. */
export function runPipeline(
  pipeline: Pipeline,
  options: PipelineEnvOptions,
  stages: readonly Value[],
): AsyncIterable<readonly Doc[]> {
  const { collection } = options;
  if (pipeline.startsWithoutSource || collection === undefined) return pipeline.run(noDocuments());
  return pipeline.run(decodedSource(options, collection, pipeline, stages), {
    pushedDown: pipeline.prefix.stages,
  });
}

/** The same in bytes. */
export async function* encodedPipeline(
  pipeline: Pipeline,
  options: PipelineEnvOptions,
  stages: readonly Value[],
): AsyncGenerator<readonly Uint8Array[]> {
  const { collection } = options;
  // A pipeline that a find can do needs no document decoded.
  if (
    collection !== undefined &&
    !pipeline.startsWithoutSource &&
    pipeline.prefix.stages === pipeline.stages.length
  ) {
    yield* pipelineSource(options, collection, pipeline.prefix);
    return;
  }
  for await (const batch of runPipeline(pipeline, options, stages)) {
    options.reads()?.check();
    yield batch.map((document) => encodeDocument(document));
  }
}

export async function* noDocuments(): AsyncGenerator<never> {}
