import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression } from './expression';

/** Splits `a.b.c`, with mongod's checks on each name. */
export function parseFieldPath(path: string): string[] {
  if (path === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw new CommandError(40353, "FieldPath must not end with a '.'.");
  const names = path.split('.');
  for (const name of names) validateFieldName(name);
  return names;
}

/** Throws unless `name` may be one step of a field path. */
export function validateFieldName(name: string): void {
  if (name === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.');
  if (name.startsWith('$')) {
    throw new CommandError(
      16410,
      "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
    );
  }
  if (name.includes('\0')) throw new CommandError(16411, "FieldPath field names may not contain '\\0'.");
  if (name.includes('.')) {
    throw new CommandError(
      16412,
      "FieldPath field names may not contain '.'. Consider using $getField or $setField.",
    );
  }
}

/**
 * What a path finds below `value`. An array on the way is walked over: the result is the array of what its
 * documents hold there; its other elements (arrays too) yield nothing, and numeric steps are never positions.
 */
export function valueAtPath(value: Value | undefined, path: readonly string[], from = 0): Value | undefined {
  let current = value;
  for (let step = from; step < path.length; step++) {
    if (current instanceof Map) current = current.get(path[step] as string);
    else if (Array.isArray(current)) return valuesInArray(current, path, step);
    else return undefined;
  }
  return current;
}

function valuesInArray(array: readonly Value[], path: readonly string[], step: number): Value[] {
  const found: Value[] = [];
  for (const element of array) {
    if (!(element instanceof Map)) continue;
    const value = valueAtPath(element, path, step);
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** `"$a.b"`: a path from CURRENT, which is the document unless a surrounding expression set it. */
export function fieldPathExpression(path: readonly string[], currentMayBeSet: boolean): Expression {
  if (currentMayBeSet) {
    return {
      evaluate: (document, variables) =>
        valueAtPath(variables.has('CURRENT') ? variables.get('CURRENT') : rootOf(document, variables), path),
    };
  }
  const [first] = path as [string];
  if (path.length === 1) return { path, evaluate: (document) => document.get(first) };
  return { path, evaluate: (document) => valueAtPath(document, path) };
}

function rootOf(document: Doc, variables: ReadonlyMap<string, Value | undefined>): Value | undefined {
  return variables.has('ROOT') ? variables.get('ROOT') : document;
}
