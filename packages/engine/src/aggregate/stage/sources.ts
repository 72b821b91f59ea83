import { bsonTypeName, type Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { NO_DOCUMENT } from '../expression/scope';
import type { StageCompiler } from './stage';
import { inBatches } from './stream';

/** `$documents`: an array of documents, which may be computed. */
export const DOCUMENTS: StageCompiler = (argument, { scope, env, place }, name) => {
  if (place === 'top' && env.namespace.collection !== undefined) {
    throw new CommandError('InvalidNamespace', `'${name}' can only be run with {aggregate: 1}`);
  }
  const expression = scope.compile(argument);
  return {
    name,
    isSource: true,
    async *run(_source, variables) {
      const documents = expression.evaluate(NO_DOCUMENT, variables);
      if (!Array.isArray(documents)) {
        throw new CommandError(
          5858203,
          `error during aggregation :: an array is expected for $documents, but got ${bsonTypeName(documents)}`,
        );
      }
      for (const document of documents) {
        if (!(document instanceof Map)) {
          throw new CommandError(40228, 'all elements of $documents must be objects');
        }
      }
      yield* inBatches(documents as Doc[]);
    },
  };
};
