import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { failedToParse, typeMismatch, typeName } from './keyword';
import type { Keyword, KeywordContext, SchemaTest } from './keyword';
import { unorderedKey } from './unordered';

export const allOf: Keyword = (operand, context) => {
  const tests = schemas('allOf', operand, context);
  return (value) => tests.every((test) => test(value));
};

export const anyOf: Keyword = (operand, context) => {
  const tests = schemas('anyOf', operand, context);
  return (value) => tests.some((test) => test(value));
};

export const oneOf: Keyword = (operand, context) => {
  const tests = schemas('oneOf', operand, context);
  return (value) => tests.filter((test) => test(value)).length === 1;
};

function schemas(keyword: string, operand: Value, context: KeywordContext): SchemaTest[] {
  if (!Array.isArray(operand)) throw typeMismatch(keyword, 'must be an array');
  if (operand.length === 0) {
    throw new CommandError('BadValue', `$jsonSchema keyword '${keyword}' must be a non-empty array`);
  }
  return operand.map((schema) => {
    if (schema instanceof Map) return context.same(schema);
    throw typeMismatch(
      keyword,
      `must be an array of objects, but found an element of type ${typeName(schema)}`,
    );
  });
}

export const not: Keyword = (operand, context) => {
  if (!(operand instanceof Map)) {
    throw typeMismatch('not', `must be an object, but found an element of type ${typeName(operand)}`);
  }
  const test = context.same(operand);
  return (value) => !test(value);
};

export const enumeration: Keyword = (operand) => {
  if (!Array.isArray(operand)) {
    throw typeMismatch('enum', `must be an array, but found an element of type ${typeName(operand)}`);
  }
  if (operand.length === 0) throw failedToParse('enum', 'cannot be an empty array');
  const keys = new Set(operand.map(unorderedKey));
  if (keys.size < operand.length) throw failedToParse('enum', 'array cannot contain duplicate values.');
  return (value) => keys.has(unorderedKey(value));
};

/** `title` and `description`: said to people only. */
export const annotation: Keyword = (operand, { keyword }) => {
  if (typeof operand !== 'string') throw typeMismatch(keyword, 'must be of type string');
  return undefined;
};
