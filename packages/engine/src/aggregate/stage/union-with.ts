import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Batches, Stage, StageCompiler, StageContext } from './stage';

/** `$unionWith`: the documents, then those of another collection through a pipeline of its own. */
export const UNION_WITH: StageCompiler = (argument, context, name) => {
  if (typeof argument === 'string') return union(name, argument, [], context);
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `the $unionWith stage specification must be an object or string, but found ${bsonTypeName(argument)}`,
    );
  }
  for (const [option, value] of argument) {
    if (option === 'coll') requireType(option, value, typeof value === 'string', 'string');
    else if (option === 'pipeline') requireType(option, value, Array.isArray(value), 'array');
    else throw new CommandError(40415, `BSON field '$unionWith.${option}' is an unknown field.`);
  }
  const collection = argument.get('coll') as string | undefined;
  const stages = (argument.get('pipeline') ?? []) as readonly Value[];
  return union(name, collection, stages, context);
};

function requireType(option: string, value: Value, isRight: boolean, expected: string): void {
  if (isRight) return;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '$unionWith.${option}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}

function union(
  name: string,
  collection: string | undefined,
  stages: readonly Value[],
  context: StageContext,
): Stage {
  const pipeline = context.compilePipeline(stages, context.scope, 'unionWith');
  if (collection === undefined && !pipeline.startsWithoutSource) {
    throw new CommandError(
      'FailedToParse',
      '$unionWith stage without explicit collection must have a pipeline with $documents as first stage',
    );
  }
  if (collection === '') {
    throw new CommandError(
      'InvalidNamespace',
      `Namespace ${context.env.namespace.database}. is not a valid collection name`,
    );
  }
  const scan = (): Batches =>
    collection === undefined ? none() : context.env.scan(collection, pipeline.search);
  return {
    name,
    addsSearch: pipeline.search !== undefined,
    async *run(source, variables) {
      yield* source;
      yield* pipeline.run(scan(), variables);
    },
  };
}

async function* none(): Batches {}
