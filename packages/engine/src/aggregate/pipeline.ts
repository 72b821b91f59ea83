import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { PipelineEnv } from './env';
import { createScope } from './expression/compile';
import type { Variables } from './expression/expression';
import type { CompileScope } from './expression/scope';
import { setMetadata, metadataOf } from './metadata';
import {
  checkInnerMetadata,
  checkMetadata,
  isSearch,
  neededMetadata,
  projectsRecords,
  unitedMetadata,
} from './needed-metadata';
import { pipelinePrefix, type PipelinePrefix } from './prefix';
import { runningOrder } from './running-order';
import { checkPlaces } from './stage/placement';
import type { Batches, PipelinePlace, PipelineWrites, Stage, StageContext, SubPipeline } from './stage/stage';
import { findStage } from './stage/stage-table';
import { batchesOf } from './stage/stream';

export interface RunOptions {
  /** How many leading stages the source has already applied (`prefix.stages`, or less). */
  readonly pushedDown?: number;
}

/** A compiled aggregation pipeline. */
export interface Pipeline {
  readonly stages: readonly Stage[];
  /** What the leading stages ask of the collection scan, in find's terms. */
  readonly prefix: PipelinePrefix;
  /** The first stage makes the documents (`$documents`, `$collStats`, …): the source is not read. */
  readonly startsWithoutSource: boolean;
  /** What the stages ask with `$meta`. */
  readonly metadata: ReadonlySet<string>;
  /** The last stage is `$out` or `$merge`: the command must write what `run` yields. */
  readonly writes?: PipelineWrites;
  /** Runs over `source`; errors are CommandErrors with mongod's codes. May be run more than once. */
  run(source: Batches, options?: RunOptions): Batches;
}

/**
 * Compiles the stages of an `aggregate` command. Everything that mongod checks when it parses and optimizes is
 * checked here, so an error is thrown before any document is read.
 */
export function compilePipeline(stages: readonly Value[], env: PipelineEnv): Pipeline {
  const scope = createScope(env.variables?.keys(), env.collation);
  const compiled = compileStages(stages, env, scope, 'top');
  scope.throwDeferred('Failed to optimize pipeline');
  checkMetadata(compiled);
  const variables = baseVariables(env);
  const startsWithoutSource = compiled[0]?.isSource === true;
  if (!startsWithoutSource && env.namespace.collection === undefined) throw needsCollection(compiled[0]);
  const writes = compiled.at(-1)?.writes;
  return {
    stages: compiled,
    prefix: pipelinePrefix(compiled),
    startsWithoutSource,
    metadata: wantedMetadata(compiled),
    ...(writes === undefined ? {} : { writes }),
    run: (source, options = {}) => {
      const input = startsWithoutSource ? batchesOf([]) : source;
      return runStages(compiled.slice(options.pushedDown ?? 0), input, variables);
    },
  };
}

/** Record ids are known to a `$project` where records are found, and to nothing else. */
function wantedMetadata(stages: readonly Stage[]): ReadonlySet<string> {
  const needed = new Set(neededMetadata(stages));
  if (projectsRecords(stages)?.needs?.has('recordId') !== true) needed.delete('recordId');
  return needed;
}

function needsCollection(first: Stage | undefined): CommandError {
  return new CommandError(
    'InvalidNamespace',
    first === undefined
      ? '{aggregate: 1} is not valid for an empty pipeline.'
      : `{aggregate: 1} is not valid for '${first.name}'; a collection is required.`,
  );
}

/** The variables that the command itself defines. */
function baseVariables(env: Pick<PipelineEnv, 'now' | 'variables'>): Map<string, Value | undefined> {
  return new Map<string, Value | undefined>([...(env.variables ?? []), ['NOW', env.now]]);
}

function compileStages(
  stages: readonly Value[],
  env: PipelineEnv,
  scope: CompileScope,
  place: PipelinePlace,
): Stage[] {
  const context: StageContext = {
    scope,
    env,
    place,
    compilePipeline: (inner, innerScope, innerPlace): SubPipeline => {
      const compiled = compileStages(inner, env, innerScope, innerPlace);
      const startsWithoutSource = compiled[0]?.isSource === true;
      if (innerPlace === 'facet') {
        for (const name of neededMetadata(compiled)) innerScope.needsMetadata(name);
        if (isSearch(compiled)) innerScope.needsMetadata('textScore');
        return {
          stages: compiled,
          startsWithoutSource,
          search: undefined,
          run: (source, variables) => runStages(compiled, source, variables),
        };
      }
      const pushdown = isSearch(compiled) ? compiled[0]?.pushdown : undefined;
      const search = pushdown?.kind === 'match' ? pushdown.filter : undefined;
      return {
        stages: compiled,
        startsWithoutSource,
        search,
        run: (source, variables) => {
          checkInnerMetadata(compiled);
          return runStages(search === undefined ? compiled : compiled.slice(1), source, variables);
        },
      };
    },
  };
  const compiled = stages.map((stage) => compileStage(stage, context));
  checkPlaces(compiled, place);
  return withMetadataKept(compiled);
}

function compileStage(value: Value, context: StageContext): Stage {
  if (!(value instanceof Map)) {
    throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  }
  const stage: Doc = value;
  const [field] = stage;
  if (field === undefined || stage.size !== 1) {
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, argument] = field;
  const scope = context.scope.withOwnNeeds();
  const compiled = findStage(name)(argument, { ...context, scope }, name);
  return scope.needs.size === 0 ? compiled : { ...compiled, needs: scope.needs };
}

/** The stages as they are to run, so that each finds the metadata it asks for, and no other does. */
function withMetadataKept(stages: readonly Stage[]): Stage[] {
  return stages.map((stage, at) => {
    const later = neededMetadata(stages.slice(at + 1));
    if (stage.addsSearch !== undefined) return unitedMetadata(stage, stages.slice(at + 1));
    if (later.size === 0) return stage;
    const { withSortKeys, needs } = stage;
    if (later.has('sortKey') && withSortKeys !== undefined) {
      return needs === undefined ? withSortKeys : { ...withSortKeys, needs };
    }
    if (needs?.has('recordId') === true && later.has('recordId')) return withoutRecordIds(stage);
    return stage;
  });
}

function withoutRecordIds(stage: Stage): Stage {
  return {
    ...stage,
    async *run(source, variables) {
      for await (const batch of stage.run(source, variables)) {
        for (const document of batch) {
          const { recordId: _, ...rest } = metadataOf(document);
          setMetadata(document, rest);
        }
        yield batch;
      }
    },
  };
}

function runStages(stages: readonly Stage[], source: Batches, variables: Variables): Batches {
  let batches = source;
  for (const stage of runningOrder(stages)) batches = stage.run(batches, variables);
  return batches;
}
