import type { Doc, Value } from '@argon/bson';
import { compilePipeline } from '../aggregate/pipeline';
import { batchesOf } from '../aggregate/stage/stream';
import type { PipelineEnv } from '../aggregate/env';
import { CommandError } from '../handler/errors';

/** What a pipeline makes of one event: none, or one. */
export type EventTransform = (event: Doc) => Promise<readonly Doc[]>;

/** The stages that may follow `$changeStream`: those that look at one event at a time. */
const ALLOWED = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
  '$redact',
]);
/** What mongod calls some stages once it has taken them apart. */
const CALLED: ReadonlyMap<string, string> = new Map([
  ['$count', '$group'],
  ['$bucket', '$group'],
  ['$sortByCount', '$group'],
  ['$setWindowFields', '$_internalSetWindowFields'],
  ['$densify', '$sort'],
]);
const SPLIT = '$changeStreamSplitLargeEvent';

export interface EventStages {
  readonly transform: EventTransform | undefined;
  readonly splits: boolean;
}

/** Compiles what follows `$changeStream`. @throws CommandError as mongod for what cannot follow it */
export function compileEventStages(stages: readonly Value[], env: PipelineEnv): EventStages {
  const last = stages.at(-1);
  const splits = nameOf(last) === SPLIT;
  if (splits) checkSplit(last as Doc);
  const rest = splits ? stages.slice(0, -1) : stages;
  if (rest.some((stage) => nameOf(stage) === SPLIT)) {
    throw new CommandError(7182802, `${SPLIT} must be the last stage in the pipeline`);
  }
  // They work on events, wherever these are from.
  const namespace = { collection: '$cmd.aggregate', ...env.namespace };
  const compiled = compilePipeline(rest, { ...env, namespace });
  for (const stage of rest) {
    const name = nameOf(stage)!;
    if (!ALLOWED.has(name)) {
      throw new CommandError(
        'IllegalOperation',
        `${CALLED.get(name) ?? name} is not permitted in a $changeStream pipeline`,
      );
    }
  }
  if (rest.length === 0) return { transform: undefined, splits };
  const transform = async (event: Doc) => {
    const shown: Doc[] = [];
    for await (const batch of compiled.run(batchesOf([event]))) shown.push(...batch);
    return shown;
  };
  return { transform, splits };
}

function nameOf(stage: Value | undefined): string | undefined {
  const [name] = stage instanceof Map ? stage.keys() : [];
  return name;
}

function checkSplit(stage: Doc): void {
  const argument = stage.get(SPLIT);
  if (argument instanceof Map && argument.size === 0) return;
  throw new CommandError(7182800, `${SPLIT} spec should be an empty object`);
}
