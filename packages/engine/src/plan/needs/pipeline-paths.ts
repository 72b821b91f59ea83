import type { Doc, Value } from '@argon/bson';
import { addExpressionPaths } from './expression-paths';
import { projectionPaths } from './projection-paths';

/** Stages that make new documents of what their expressions name, and hand on nothing else. */
const MAKERS = new Set(['$group', '$count', '$sortByCount']);
/** Stages that read what their expressions and keys name, and hand their documents on. */
const READERS = new Set(['$set', '$addFields', '$project', '$sort']);

/**
 * The top-level fields that a pipeline's stages can tell apart in the documents they are given, in whatever order these
 * are; undefined if they need all, as is assumed wherever it is not plain. Nothing else has to be decoded.
 */
export function neededFields(stages: readonly Value[]): ReadonlySet<string> | undefined {
  const paths = readPaths(stages, false);
  return paths && new Set([...paths].map(top));
}

/** The paths that a pipeline's stages read of the documents they are given; undefined if they need all. */
export function neededPaths(stages: readonly Value[]): ReadonlySet<string> | undefined {
  return readPaths(stages, true);
}

/** @param orderly - The fields of documents will be in their order: a projection that keeps it ends what is needed. */
function readPaths(stages: readonly Value[], orderly: boolean): ReadonlySet<string> | undefined {
  const paths = new Set<string>();
  for (const stage of stages) {
    if (!(stage instanceof Map)) return undefined;
    const [field] = stage;
    if (field === undefined) return undefined;
    const [name, argument] = field;
    if (MAKERS.has(name)) return name === '$count' || addExpressionPaths(argument, paths) ? paths : undefined;
    const kept =
      orderly && name === '$project' && argument instanceof Map ? projectionPaths(argument) : undefined;
    if (kept !== undefined) return new Set([...paths, ...kept]);
    if (!addStage(name, argument, paths)) return undefined;
  }
  return undefined;
}

function addStage(name: string, argument: Value, paths: Set<string>): boolean {
  if (name === '$limit' || name === '$skip') return true;
  if (name === '$unwind') return addUnwind(argument, paths);
  if (!(argument instanceof Map)) return false;
  if (name === '$match') return addFilter(argument, paths);
  if (!READERS.has(name)) return false;
  for (const path of argument.keys()) paths.add(path);
  return addExpressionPaths(argument, paths);
}

function addUnwind(argument: Value, paths: Set<string>): boolean {
  const path = argument instanceof Map ? argument.get('path') : argument;
  const index = argument instanceof Map ? argument.get('includeArrayIndex') : undefined;
  if (typeof index === 'string') paths.add(index);
  return path !== undefined && addExpressionPaths(path, paths);
}

function addFilter(filter: Doc, paths: Set<string>): boolean {
  for (const [name, condition] of filter) {
    if (name === '$expr') {
      if (!addExpressionPaths(condition, paths)) return false;
    } else if (name === '$and' || name === '$or' || name === '$nor') {
      const all = Array.isArray(condition) ? condition : [];
      if (!all.every((each) => each instanceof Map && addFilter(each, paths))) return false;
    } else if (name.startsWith('$')) return false;
    else paths.add(name);
  }
  return true;
}

function top(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}
