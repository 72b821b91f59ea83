import type { Doc, Value } from '@argon/bson';

/** Stages that make new documents of what their expressions name, and hand on nothing else. */
const MAKERS = new Set(['$group', '$count', '$sortByCount']);
/** Stages that read what their expressions and keys name, and hand their documents on. */
const READERS = new Set(['$set', '$addFields', '$project', '$sort']);
/** Operators that name fields without a `$`, or mean the whole document. */
const OPAQUE = new Set([
  '$getField',
  '$top',
  '$topN',
  '$bottom',
  '$bottomN',
  '$mergeObjects',
  '$jsonSchema',
  '$where',
]);

/**
 * The top-level fields that a pipeline's stages can tell apart in the documents they are given; undefined if they need
 * all, as is assumed wherever it is not plain. Nothing else of the documents has to be decoded.
 */
export function neededFields(stages: readonly Value[]): ReadonlySet<string> | undefined {
  const needed = new Set<string>();
  for (const stage of stages) {
    if (!(stage instanceof Map)) return undefined;
    const [field] = stage;
    if (field === undefined) return undefined;
    const [name, argument] = field;
    if (MAKERS.has(name)) return name === '$count' || addExpression(argument, needed) ? needed : undefined;
    if (!addStage(name, argument, needed)) return undefined;
  }
  return undefined;
}

function addStage(name: string, argument: Value, needed: Set<string>): boolean {
  if (name === '$limit' || name === '$skip') return true;
  if (name === '$unwind') return addUnwind(argument, needed);
  if (!(argument instanceof Map)) return false;
  if (name === '$match') return addFilter(argument, needed);
  if (!READERS.has(name)) return false;
  for (const path of argument.keys()) needed.add(top(path));
  return addExpression(argument, needed);
}

function addUnwind(argument: Value, needed: Set<string>): boolean {
  const path = argument instanceof Map ? argument.get('path') : argument;
  const index = argument instanceof Map ? argument.get('includeArrayIndex') : undefined;
  if (typeof index === 'string') needed.add(top(index));
  return path !== undefined && addExpression(path, needed);
}

function addFilter(filter: Doc, needed: Set<string>): boolean {
  for (const [name, condition] of filter) {
    if (name === '$expr') {
      if (!addExpression(condition, needed)) return false;
    } else if (name === '$and' || name === '$or' || name === '$nor') {
      const all = Array.isArray(condition) ? condition : [];
      if (!all.every((each) => each instanceof Map && addFilter(each, needed))) return false;
    } else if (name.startsWith('$')) return false;
    else needed.add(top(name));
  }
  return true;
}

/** False if the expression may need more than the fields that it names. */
function addExpression(expression: Value, needed: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (!expression.startsWith('$')) return true;
    if (expression.startsWith('$$')) return !/^\$\$(?:ROOT|CURRENT)/.test(expression);
    needed.add(top(expression.slice(1)));
    return true;
  }
  if (Array.isArray(expression)) return expression.every((each) => addExpression(each, needed));
  if (!(expression instanceof Map)) return true;
  for (const [name, operand] of expression) {
    if (OPAQUE.has(name) || !addExpression(operand, needed)) return false;
  }
  return true;
}

function top(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}
