import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement } from '../expression/describe';
import { validateFieldName } from '../expression/field-path';
import type { StageCompiler, SubPipeline } from './stage';
import { batchesOf, collect } from './stream';

/** `$facet`: several pipelines over the same documents, each giving an array in the one result. */
export const FACET: StageCompiler = (argument, context, name) => {
  if (!(argument instanceof Map) || argument.size === 0) {
    throw new CommandError(
      40169,
      `the $facet specification must be a non-empty object, but found: $facet: ${describeElement(argument)}`,
    );
  }
  const facets = Array.from(argument, ([field, stages]): readonly [string, SubPipeline] => {
    validateFieldName(field);
    return [field, context.compilePipeline(stageList(field, stages), context.scope, 'facet')];
  });
  return {
    name,
    async *run(source, variables) {
      const documents = await collect(source);
      const result: Doc = new Map();
      for (const [field, pipeline] of facets) {
        result.set(field, await collect(pipeline.run(batchesOf(documents), variables)));
      }
      yield [result];
    },
  };
};

function stageList(field: string, stages: Value): readonly Value[] {
  if (!Array.isArray(stages)) {
    throw new CommandError(
      40170,
      `arguments to $facet must be arrays, ${field} is type ${bsonTypeName(stages)}`,
    );
  }
  for (const [index, stage] of stages.entries()) {
    if (stage instanceof Map && stage.size > 0) continue;
    throw new CommandError(
      40171,
      `elements of arrays in $facet spec must be non-empty objects, ${field} argument contained an element of type ${bsonTypeName(stage)}: ${index}: ${describeElement(stage)}`,
    );
  }
  return stages;
}
