import { CommandError } from '../../handler/errors';
import { ACCUMULATE_OPERATORS } from './accumulate/operators';
import { ARITHMETIC_OPERATORS } from './arithmetic/basic';
import { POWER_OPERATORS } from './arithmetic/powers';
import { ROUNDING_OPERATORS } from './arithmetic/rounding';
import { TRIGONOMETRY_OPERATORS } from './arithmetic/trigonometry';
import { ELEMENT_OPERATORS } from './array/elements';
import { ITERATION_OPERATORS } from './array/iterate';
import { SLICE_OPERATORS } from './array/slice';
import { SORT_ARRAY } from './array/sort-array';
import { ZIP } from './array/zip';
import { COMPARISON_OPERATORS } from './comparison/compare';
import { BOOLEAN_OPERATORS } from './control/boolean';
import { CONDITIONAL_OPERATORS } from './control/conditional';
import { BINDING_OPERATORS } from './control/let';
import { CONVERSION_OPERATORS } from './convert/operators';
import { DATE_ARITHMETIC_OPERATORS } from './date/arithmetic';
import { DATE_FROM_PARTS } from './date/from-parts';
import { DATE_FROM_STRING } from './date/from-text';
import { DATE_PART_OPERATORS } from './date/parts';
import { DATE_OUTPUT_OPERATORS } from './date/to-text';
import type { OperatorCompiler } from './expression';
import { INTROSPECTION_OPERATORS } from './introspect/operators';
import { FIELD_OPERATORS } from './object/fields';
import { OBJECT_OPERATORS } from './object/pairs';
import { SET_OPERATORS } from './set/operators';
import { STRING_OPERATORS } from './string/basic';
import { REGEX_OPERATORS } from './string/regex';
import { REPLACE_OPERATORS } from './string/replace';
import { SUBSTRING_OPERATORS } from './string/substring';
import { TRIM_OPERATORS } from './string/trim';

/** All expression operators, by name. */
const OPERATORS: ReadonlyMap<string, OperatorCompiler> = new Map(
  Object.entries({
    ...ACCUMULATE_OPERATORS,
    ...ARITHMETIC_OPERATORS,
    ...BINDING_OPERATORS,
    ...BOOLEAN_OPERATORS,
    ...COMPARISON_OPERATORS,
    ...CONDITIONAL_OPERATORS,
    ...CONVERSION_OPERATORS,
    ...DATE_ARITHMETIC_OPERATORS,
    ...DATE_OUTPUT_OPERATORS,
    ...DATE_PART_OPERATORS,
    ...ELEMENT_OPERATORS,
    ...FIELD_OPERATORS,
    ...INTROSPECTION_OPERATORS,
    ...ITERATION_OPERATORS,
    ...OBJECT_OPERATORS,
    ...POWER_OPERATORS,
    ...REGEX_OPERATORS,
    ...REPLACE_OPERATORS,
    ...ROUNDING_OPERATORS,
    ...SET_OPERATORS,
    ...SLICE_OPERATORS,
    ...STRING_OPERATORS,
    ...SUBSTRING_OPERATORS,
    ...TRIGONOMETRY_OPERATORS,
    ...TRIM_OPERATORS,
    $dateFromParts: DATE_FROM_PARTS,
    $dateFromString: DATE_FROM_STRING,
    $sortArray: SORT_ARRAY,
    $zip: ZIP,
  }),
);

/** The compiler of an operator; mongod's 168 for an unknown one. */
export function findOperator(name: string): OperatorCompiler {
  const operator = OPERATORS.get(name);
  if (operator !== undefined) return operator;
  throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
}

export function isOperator(name: string): boolean {
  return OPERATORS.has(name);
}
