import { isNumber, toNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { formatDouble } from './describe';

const NUMBERS = [1, 16, 18, 19];

const TYPES_OF_NAME: ReadonlyMap<string, readonly number[]> = new Map([
  ['double', [1]],
  ['string', [2]],
  ['object', [3]],
  ['array', [4]],
  ['binData', [5]],
  ['undefined', [6]],
  ['objectId', [7]],
  ['bool', [8]],
  ['date', [9]],
  ['null', [10]],
  ['regex', [11]],
  ['dbPointer', [12]],
  ['javascript', [13]],
  ['symbol', [14]],
  ['javascriptWithScope', [15]],
  ['int', [16]],
  ['timestamp', [17]],
  ['long', [18]],
  ['decimal', [19]],
  ['minKey', [-1]],
  ['maxKey', [127]],
  ['number', NUMBERS],
]);

/**
 * The BSON type numbers that an operand of `$type` names: one name or number, or an array of them.
 *
 * @throws CommandError BadValue or TypeMismatch, with mongod's messages.
 */
export function parseTypes(operand: Value): ReadonlySet<number> {
  const types = new Set<number>();
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    for (const type of parseType(item)) types.add(type);
  }
  return types;
}

function parseType(operand: Value): readonly number[] {
  if (typeof operand === 'string') return typesOfName(operand);
  if (!isNumber(operand))
    throw new CommandError('TypeMismatch', 'type must be represented as a number or a string');
  const type = toNumber(operand);
  if (type === 0) {
    throw new CommandError('BadValue', 'Invalid numerical type code: 0. Instead use {$exists:false}.');
  }
  if (!Number.isInteger(type) || !(type === -1 || type === 127 || (type > 0 && type < 20))) {
    throw new CommandError('BadValue', `Invalid numerical type code: ${formatDouble(type)}`);
  }
  return [type];
}

/** The type numbers of a type's name; four for 'number'. */
export function typesOfName(name: string): readonly number[] {
  if (name === 'missing') {
    throw new CommandError(
      'BadValue',
      "'missing' is not a legal type name. To query for non-existence of a field, use {$exists:false}.",
    );
  }
  const types = TYPES_OF_NAME.get(name);
  if (types === undefined) throw new CommandError('BadValue', `Unknown type name alias: ${name}`);
  return types;
}
