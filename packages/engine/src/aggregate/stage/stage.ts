import type { Doc, Value } from '@argon/bson';
import type { CompileScope } from '../expression/scope';
import type { Variables } from '../expression/expression';
import type { PipelineEnv } from '../env';

export type Batch = readonly Doc[];
export type Batches = AsyncIterable<Batch>;

/** One compiled stage. It can run any number of times, with other variables each time. */
export interface Stage {
  /** As written, with `$`. */
  readonly name: string;
  run(source: Batches, variables: Variables): Batches;
  /** The stage makes its own documents; only the first stage of a pipeline may. */
  readonly isSource?: boolean;
  /** The stage makes exactly one document of each, in their order. */
  readonly isDocumentWise?: boolean;
  /** `$out` or `$merge`: the command writes what the pipeline yields. */
  readonly writes?: PipelineWrites;
  /** A `$project` that names what it keeps. */
  readonly isInclusion?: boolean;
  /** What its `$meta`s name. */
  readonly needs?: ReadonlySet<string>;
  /** The stage that remembers what it sorted each document by. */
  readonly withSortKeys?: Stage;
  /** `$unionWith`: whether what it adds comes with how well it meets a search. */
  readonly addsSearch?: boolean;
  /** What a planner may do instead of the stage, when it comes first. */
  readonly pushdown?: StagePushdown;
}

export type StagePushdown =
  | { readonly kind: 'match'; readonly filter: Doc }
  | { readonly kind: 'sort'; readonly sort: Doc }
  | { readonly kind: 'skip'; readonly count: number }
  | { readonly kind: 'limit'; readonly count: number };

/** What to do with the documents of a pipeline that ends in `$out` or `$merge`. */
export type PipelineWrites = OutWrites | MergeWrites;

export interface OutWrites {
  readonly kind: 'out';
  /** Absent: the pipeline's own database. */
  readonly database?: string;
  readonly collection: string;
}

export interface MergeWrites {
  readonly kind: 'merge';
  readonly database?: string;
  readonly collection: string;
  /** Fields that identify a document; a unique index must cover them. */
  readonly on: readonly string[];
  readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | 'pipeline';
  readonly whenNotMatched: 'insert' | 'discard' | 'fail';
  /** `whenMatched: 'pipeline'`: the new document from the existing and the incoming one (`$$new`). */
  readonly update?: (existing: Doc, incoming: Doc) => Doc;
}

/** How stages are compiled: the surroundings and a way to compile pipelines inside of stages. */
export interface StageContext {
  readonly scope: CompileScope;
  readonly env: PipelineEnv;
  /** What encloses the pipeline: some stages are refused inside of others. */
  readonly place: PipelinePlace;
  compilePipeline(stages: readonly Value[], scope: CompileScope, place: PipelinePlace): SubPipeline;
}

export type PipelinePlace = 'top' | 'facet' | 'lookup' | 'unionWith';

export interface SubPipeline {
  readonly stages: readonly Stage[];
  readonly startsWithoutSource: boolean;
  /** The filter, with a search, that its source is to be scanned with: it is done then. */
  readonly search: Doc | undefined;
  run(source: Batches, variables: Variables): Batches;
}

export type StageCompiler = (argument: Value, context: StageContext, name: string) => Stage;
