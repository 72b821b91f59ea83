import { BSONRegExp } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { allCondition } from '../operators/all';
import { bitsCondition } from '../operators/bits';
import type { BitsOperator } from '../operators/bits';
import { comparison } from '../operators/comparison/comparison';
import type { ComparisonOperator } from '../operators/comparison/verdict';
import { elemMatchCondition } from '../operators/elem-match';
import { existsCondition } from '../operators/exists';
import { geoIntersectsCondition, geoWithinCondition, nearCondition } from '../operators/geo';
import { inCondition } from '../operators/in';
import { modCondition } from '../operators/mod';
import { neCondition } from '../operators/ne';
import { ninCondition } from '../operators/nin';
import { notCondition } from '../operators/not';
import { regexOperatorCondition } from '../operators/regex';
import { sizeCondition } from '../operators/size';
import { typeCondition } from '../operators/type';
import type { FilterParser } from './parser';

/** Where an operator stands: the path it is asked of, and the operators beside it. */
export interface FieldContext {
  readonly path: string;
  readonly operators: Doc;
  readonly parser: FilterParser;
}

type FieldOperator = (operand: Value, context: FieldContext) => Condition | undefined;

/** The operators that stand below a field's name. */
const FIELD_OPERATORS: ReadonlyMap<string, FieldOperator> = new Map<string, FieldOperator>([
  ['$eq', (operand, { parser }) => comparison('$eq', operand, parser.scope.collation)],
  ['$ne', (operand, { parser }) => neCondition(operand, parser.scope.collation)],
  ['$gt', range('$gt')],
  ['$gte', range('$gte')],
  ['$lt', range('$lt')],
  ['$lte', range('$lte')],
  ['$in', (operand, { parser }) => inCondition(operand, parser.scope.collation)],
  ['$nin', (operand, { parser }) => ninCondition(operand, parser.scope.collation)],
  ['$not', (operand, { path, parser }) => notCondition(operand, path, parser)],
  ['$exists', existsCondition],
  ['$type', (operand, { path }) => typeCondition(operand, path)],
  ['$size', sizeCondition],
  ['$all', (operand, { parser }) => allCondition(operand, parser)],
  ['$elemMatch', (operand, { parser }) => elemMatchCondition(operand, parser)],
  ['$mod', modCondition],
  ['$regex', (_operand, { operators }) => regexOperatorCondition(operators)],
  ['$options', optionsOfRegex],
  ['$bitsAllSet', bits('$bitsAllSet')],
  ['$bitsAllClear', bits('$bitsAllClear')],
  ['$bitsAnySet', bits('$bitsAnySet')],
  ['$bitsAnyClear', bits('$bitsAnyClear')],
  ['$geoWithin', (operand) => geoWithinCondition(operand, '$geoWithin')],
  ['$within', (operand) => geoWithinCondition(operand, '$within')],
  ['$geoIntersects', geoIntersectsCondition],
  ['$near', (operand, context) => nearCondition('$near', operand, context)],
  ['$nearSphere', (operand, context) => nearCondition('$nearSphere', operand, context)],
  ['$geoNear', (operand, context) => nearCondition('$geoNear', operand, context)],
  ['$minDistance', (_operand, context) => limitOfNear('$minDistance', context)],
  ['$maxDistance', (_operand, context) => limitOfNear('$maxDistance', context)],
]);

/** The condition that one operator makes; undefined if it only belongs to another one (`$options`). */
export function fieldCondition(name: string, operand: Value, context: FieldContext): Condition | undefined {
  const operator = FIELD_OPERATORS.get(name);
  if (operator) return operator(operand, context);
  if (name === '$where') throw new CommandError('BadValue', '$where cannot be applied to a field');
  throw new CommandError('BadValue', `unknown operator: ${name}`);
}

function range(operator: ComparisonOperator): FieldOperator {
  return (operand, { path, parser }) => {
    if (operand instanceof BSONRegExp) {
      throw new CommandError('BadValue', `Can't have RegEx as arg to predicate over field '${path}'.`);
    }
    return comparison(operator, operand, parser.scope.collation);
  };
}

function bits(operator: BitsOperator): FieldOperator {
  return (operand, { path }) => bitsCondition(operator, operand, path);
}

function limitOfNear(name: string, { operators }: FieldContext): undefined {
  if (['$near', '$nearSphere', '$geoNear'].some((near) => operators.has(near))) return undefined;
  throw new CommandError('BadValue', `unknown operator: ${name}`);
}

function optionsOfRegex(_operand: Value, { operators }: FieldContext): undefined {
  if (!operators.has('$regex')) throw new CommandError('BadValue', '$options needs a $regex');
  return undefined;
}
