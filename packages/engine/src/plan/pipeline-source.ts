import { decodeDocument, type Doc } from '@argon/bson';
import type { PipelineEnv } from '../aggregate/env';
import type { PipelinePrefix } from '../aggregate/prefix';
import { compileFilter } from '../match/compile';
import type { CollectionView } from '../view/collection-view';
import { FindPlan } from './find-plan';

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
  readonly variables: Doc | undefined;
  readonly memoryLimit: number;
  readonly allowDiskUse: boolean;
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
    ...(options.variables === undefined ? {} : { variables: options.variables }),
    memoryLimit: options.memoryLimit,
    allowDiskUse: options.allowDiskUse,
    isIndexed: (_collection, field) => field === '_id',
    scan: (collection, filter) => scan(options, collection, filter),
  };
}

async function* scan(
  options: PipelineEnvOptions,
  collection: string,
  filter?: Doc,
): AsyncGenerator<readonly Doc[]> {
  const prefix = { ...(filter === undefined ? {} : { filter }), stages: 0, filterStages: 0 };
  for await (const batch of pipelineSource(options, collection, prefix)) {
    yield batch.map((bytes) => decodeDocument(bytes));
  }
}

/** The documents that a pipeline's leading stages ask of a collection, in bytes. */
export async function* pipelineSource(
  options: PipelineEnvOptions,
  collection: string,
  prefix: PipelinePrefix,
): AsyncGenerator<readonly Uint8Array[]> {
  const reads = options.reads();
  if (reads === undefined) return;
  const filter: Doc = prefix.filter ?? new Map();
  const { now, variables, memoryLimit, allowDiskUse } = options;
  const plan = new FindPlan(reads.view(collection), {
    filter,
    matcher: compileFilter(filter, { now, ...(variables === undefined ? {} : { variables }) }),
    sort: prefix.sort,
    projection: undefined,
    skip: prefix.skip ?? 0,
    limit: prefix.limit ?? 0,
    negativeLimit: false,
    natural: undefined,
    variables,
    now,
    memoryLimit,
    allowDiskUse,
  });
  yield* plan.run(() => reads.check());
}
