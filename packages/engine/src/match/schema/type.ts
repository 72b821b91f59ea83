import { bsonTypeNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { typesOfName } from '../parse/types';
import { failedToParse, typeMismatch } from './keyword';
import type { Keyword } from './keyword';

/** JSON's own type names; `integer` is JSON Schema's too, but mongod does not take it. */
const JSON_TYPES: ReadonlyMap<string, readonly number[]> = new Map([
  ['array', [4]],
  ['boolean', [8]],
  ['null', [10]],
  ['object', [3]],
  ['string', [2]],
  ['number', [1, 16, 18, 19]],
]);

export const type: Keyword = (operand, { schema }) => {
  if (schema.has('bsonType')) {
    throw new CommandError('FailedToParse', "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
  }
  return typeTest('type', operand, (name) => {
    if (name === 'integer') {
      throw new CommandError('FailedToParse', "$jsonSchema type 'integer' is not currently supported.");
    }
    const types = JSON_TYPES.get(name);
    if (!types) throw new CommandError('BadValue', `Unknown type name alias: ${name}`);
    return types;
  });
};

export const bsonType: Keyword = (operand) => typeTest('bsonType', operand, typesOfName);

function typeTest(keyword: string, operand: Value, typesOf: (name: string) => readonly number[]) {
  if (typeof operand !== 'string' && !Array.isArray(operand)) {
    throw typeMismatch(keyword, 'must be either a string or an array of strings');
  }
  const names = typeof operand === 'string' ? [operand] : operand;
  if (names.length === 0) throw failedToParse(keyword, 'must name at least one type');
  const seen = new Set<string>();
  const types = new Set<number>();
  for (const name of names) {
    if (typeof name !== 'string') throw typeMismatch(keyword, 'array elements must be strings');
    if (seen.has(name)) throw failedToParse(keyword, `has duplicate value: ${name}`);
    seen.add(name);
    for (const number of typesOf(name)) types.add(number);
  }
  return (value: Value) => types.has(bsonTypeNumber(value));
}
