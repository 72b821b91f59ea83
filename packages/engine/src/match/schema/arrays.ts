import type { Value } from '@argon/bson';
import { lengthOperand, typeMismatch, typeName } from './keyword';
import type { Keyword, KeywordContext, SchemaTest } from './keyword';
import { unorderedKey } from './unordered';

export const minItems: Keyword = (operand) => {
  const least = lengthOperand('minItems', operand);
  return (value) => !Array.isArray(value) || value.length >= least;
};

export const maxItems: Keyword = (operand) => {
  const most = lengthOperand('maxItems', operand);
  return (value) => !Array.isArray(value) || value.length <= most;
};

export const uniqueItems: Keyword = (operand) => {
  if (typeof operand !== 'boolean') throw typeMismatch('uniqueItems', 'must be a boolean');
  if (!operand) return undefined;
  return (value) => !Array.isArray(value) || new Set(value.map(unorderedKey)).size === value.length;
};

/** One schema for all items, or a list of schemas for the first ones. */
export const items: Keyword = (operand, context) => {
  if (operand instanceof Map) {
    const test = context.inside(operand);
    return (value) => !Array.isArray(value) || value.every(test);
  }
  if (!Array.isArray(operand)) {
    throw typeMismatch('items', `must be an array or an object, not ${typeName(operand)}`);
  }
  const tests = operand.map((item) => {
    if (item instanceof Map) return context.inside(item);
    const found = typeName(item);
    throw typeMismatch('items', `requires that each element of the array is an object, but found a ${found}`);
  });
  return (value) =>
    !Array.isArray(value) || tests.every((test, index) => index >= value.length || test(value[index]!));
};

/** What `items` as a list says nothing about. */
export const additionalItems: Keyword = (operand, context) => {
  const test = additionalTest(operand, context);
  const listed = context.schema.get('items');
  if (!Array.isArray(listed)) return undefined;
  return (value) => !Array.isArray(value) || value.slice(listed.length).every(test);
};

function additionalTest(operand: Value, context: KeywordContext): SchemaTest {
  if (typeof operand === 'boolean') return () => operand;
  if (operand instanceof Map) return context.inside(operand);
  throw typeMismatch(
    'additionalItems',
    `must be either an object or a boolean, but got a ${typeName(operand)}`,
  );
}
