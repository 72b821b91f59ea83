import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Variables } from '../expression/expression';
import type { CompileScope } from '../expression/scope';
import { parseProjection } from './project-spec';
import { inContext } from './project-stage';

/** `$unset`: a path or a list of them, dropped as by `$project` with zeros. */
export function compileUnset(
  argument: Value,
  scope: CompileScope,
): (document: Doc, variables: Variables) => Doc {
  const paths = pathList(argument);
  const root = inContext('$unset', () => parseProjection(exclusions(paths), scope));
  return (document, variables) => root.apply(document, document, variables);
}

function pathList(argument: Value): readonly string[] {
  const paths = typeof argument === 'string' ? [argument] : argument;
  if (!Array.isArray(paths))
    throw new CommandError(31002, '$unset specification must be a string or an array');
  if (paths.length === 0) {
    throw new CommandError(
      31119,
      '$unset specification must be a string or an array with at least one field',
    );
  }
  return paths.map((path) => {
    if (typeof path === 'string') return path;
    throw new CommandError(
      31120,
      '$unset specification must be a string or an array containing only string values',
    );
  });
}

function exclusions(paths: readonly string[]): Doc {
  const spec: Doc = new Map();
  for (const path of paths) {
    if (spec.has(path)) throw new CommandError(31250, `Path collision at ${path}`);
    spec.set(path, false);
  }
  return spec;
}
