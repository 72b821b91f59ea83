import { isIdentical, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { isDynamic, parseUpdatePath, type UpdatePath } from '../path/update-path';
import { elementText, fieldText } from '../text/value-text';
import type { ApplyContext } from '../tree/apply-context';
import { immutablePath } from '../tree/guards';
import { UNCHANGED, type Operation } from '../tree/node';
import { refuseCreation } from './operator';

/** The second half of a rename: where the field comes to be. */
export interface Rename {
  readonly target: UpdatePath;
  readonly arrive: Operation;
}

/** The first half of a rename: the field goes from where it was. (From `_id` it cannot; the second half tells so.) */
export const RENAME_SOURCE: Operation = {
  kind: 'operation',
  stores: 'nothing',
  update: (_existing, context) => (context.path[0] === '_id' ? UNCHANGED : undefined),
  create: () => UNCHANGED,
  blocked: () => undefined,
};

/**
 * `$rename`: moves a field, also between documents, but never into, out of or through an array. What was at the
 * target is replaced in its place; otherwise the field is appended. Nothing happens if there is no such field.
 * @throws CommandError for a target mongod would refuse
 */
export function compileRename(source: UpdatePath, argument: Value): Rename {
  const targetText = checkTarget(source.text, argument);
  const target = parseUpdatePath(targetText);
  checkPaths(source, target, argument);
  return { target, arrive: arriveOperation(source.text.split('.'), targetText.split('.')) };
}

function arriveOperation(source: readonly string[], target: readonly string[]): Operation {
  const moved = (context: ApplyContext): Value | undefined => {
    const value = findSource(source, context);
    if (value !== undefined) checkNoArray('destination', target, context);
    return value;
  };
  const [fromId, toId] = [source[0] === '_id', target[0] === '_id'];
  return {
    kind: 'operation',
    stores: 'value',
    update: (existing, context) => {
      const value = moved(context);
      if (value === undefined) return UNCHANGED;
      const isSame = isIdentical(value, existing);
      if (fromId && (isSame || !toId)) throw immutablePath(source.join('.'));
      return isSame ? UNCHANGED : value;
    },
    create: (context) => {
      const value = moved(context);
      if (value === undefined) return UNCHANGED;
      if (fromId && !toId) throw immutablePath(source.join('.'));
      return value;
    },
    blocked: (obstacle, context) => {
      if (moved(context) !== undefined) refuseCreation(obstacle);
    },
  };
}

function findSource(path: readonly string[], context: ApplyContext): Value | undefined {
  let value: Value = context.original;
  for (const [depth, name] of path.entries()) {
    let next: Value | undefined;
    if (value instanceof Map) next = value.get(name);
    else if (Array.isArray(value) && /^\d+$/.test(name)) next = value[Number(name)];
    else throw notTraversable(path, depth, value);
    if (next === undefined) return undefined;
    value = next;
  }
  checkNoArray('source', path, context);
  return value;
}

function notTraversable(path: readonly string[], depth: number, value: Value): CommandError {
  const name = path[depth - 1]!;
  return new CommandError(
    'PathNotViable',
    `cannot use the part (${name} of ${path.join('.')}) to traverse the element (${elementText(name, value)})`,
  );
}

function checkNoArray(end: 'source' | 'destination', path: readonly string[], context: ApplyContext): void {
  const array = nearestArray(path, context.original);
  if (array === undefined) return;
  const { id } = context;
  const document = id === undefined ? 'no id' : fieldText('_id', id);
  throw new CommandError(
    'BadValue',
    `The ${end} field cannot be an array element, '${path.join('.')}' in doc with ${document} has an array field called '${array}'`,
  );
}

/** The name of the last array that the path leads through. */
function nearestArray(path: readonly string[], document: Doc): string | undefined {
  let value: Value | undefined = document;
  let array: string | undefined;
  for (const [depth, name] of path.entries()) {
    if (Array.isArray(value)) {
      array = path[depth - 1];
      value = /^\d+$/.test(name) ? value[Number(name)] : undefined;
    } else {
      value = value instanceof Map ? value.get(name) : undefined;
    }
  }
  return array;
}

function checkTarget(field: string, argument: Value): string {
  if (typeof argument !== 'string') {
    throw new CommandError(
      'BadValue',
      `The 'to' field for $rename must be a string: ${fieldText(field, argument)}`,
    );
  }
  if (argument.includes('\0')) {
    throw new CommandError('BadValue', "The 'to' field for $rename cannot contain an embedded null byte");
  }
  return argument;
}

function checkPaths(source: UpdatePath, target: UpdatePath, argument: Value): void {
  const refuse = (problem: string) => new CommandError('BadValue', problem);
  const given = fieldText(source.text, argument);
  if (source.text === target.text) {
    throw refuse(`The source and target field for $rename must differ: ${given}`);
  }
  if (`${target.text}.`.startsWith(`${source.text}.`) || `${source.text}.`.startsWith(`${target.text}.`)) {
    throw refuse(`The source and target field for $rename must not be on the same path: ${given}`);
  }
  if (isDynamic(source)) throw refuse(`The source field for $rename may not be dynamic: ${source.text}`);
  if (isDynamic(target)) throw refuse(`The destination field for $rename may not be dynamic: ${target.text}`);
}
