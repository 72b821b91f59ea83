import type { Value } from '@argon/bson';
import { compilePipeline } from '../aggregate/pipeline';
import { findStage } from '../aggregate/stage/stage-table';
import { CommandError } from '../handler/errors';
import { pipelineEnv } from '../plan/pipeline-source';

/** Where a view is, and what it stands on. */
export interface ViewPlace {
  readonly database: string;
  readonly name: string;
  readonly viewOn: string;
}

/**
 * Checks a view's pipeline as mongod does when the view is made. Where it leads is checked by `checkGraph`.
 * @throws CommandError with mongod's codes
 */
export function checkViewPipeline(place: ViewPlace, pipeline: readonly Value[]): void {
  const { database, name, viewOn } = place;
  const namespace = `${database}.${name}`;
  // As mongod, which looks at the stages' names before it reads them: these errors are not said to be the view's.
  for (const stage of pipeline)
    if (stage instanceof Map && stage.size === 1) findStage([...stage.keys()][0]!);
  try {
    for (const [at, stage] of pipeline.entries()) checkStage(stage, at, namespace);
    const env = pipelineEnv({
      database,
      collection: viewOn,
      now: new Date(),
      variables: undefined,
      collation: undefined,
      // Nothing is run.
      memoryLimit: 0,
      allowDiskUse: true,
      reads: () => undefined,
    });
    compilePipeline(pipeline, env);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.mongoCode,
      `Invalid pipeline for view ${namespace} :: caused by :: ${error.message}`,
      { cause: error },
    );
  }
}

function checkStage(stage: Value, at: number, namespace: string): void {
  if (!(stage instanceof Map)) return;
  if (stage.has('$changeStream')) {
    throw new CommandError('OptionNotSupportedOnView', '$changeStream cannot be used in a view definition');
  }
  if (stage.has('$documents')) {
    throw new CommandError('InvalidNamespace', "'$documents' cannot be used in a view definition");
  }
  for (const writer of ['$out', '$merge']) {
    if (stage.has(writer)) {
      throw new CommandError(
        'OptionNotSupportedOnView',
        `The aggregation stage ${writer} in location ${at} of the pipeline cannot be used in the view definition of ${namespace} because it writes to disk`,
      );
    }
  }
}
