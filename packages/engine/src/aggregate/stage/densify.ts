import { bsonTypeName, compareValues, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { isTimeUnit, type TimeUnit } from '../expression/date/unit';
import { parseFieldPath } from '../expression/field-path';
import { asSafeInteger } from '../expression/integral';
import { Densifier, type DensifySpecification } from './densify/densifier';
import type { StageCompiler } from './stage';
import { collect, inBatches } from './stream';

const EXPECTED: Readonly<Record<string, readonly [check: (value: Value) => boolean, type: string]>> = {
  field: [(value) => typeof value === 'string', 'string'],
  partitionByFields: [Array.isArray, 'array'],
  range: [(value) => value instanceof Map, 'object'],
};

/** `$densify`: documents for the values that are missing between those of a field. */
export const DENSIFY: StageCompiler = (argument, { env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `The $densify stage specification must be an object, found ${bsonTypeName(argument)}`,
    );
  }
  const specification = parse(argument);
  return {
    name,
    async *run(source) {
      yield* inBatches(new Densifier(specification, env.collation).densify(await collect(source)));
    },
  };
};

function parse(argument: Doc): DensifySpecification {
  for (const [option, value] of argument) {
    const expected = EXPECTED[option];
    if (expected === undefined) throw unknownField(option);
    if (!expected[0](value)) throw wrongType(option, value, expected[1]);
  }
  const field = argument.get('field') as string | undefined;
  const range = argument.get('range') as Doc | undefined;
  if (field === undefined) throw missing('field');
  if (range === undefined) throw missing('range');
  const partitionBy = ((argument.get('partitionByFields') ?? []) as readonly Value[]).map((name, index) => {
    if (typeof name === 'string') return parseFieldPath(name);
    throw wrongType(`partitionByFields.${index}`, name, 'string');
  });
  const parsed = parseRange(range);
  if (parsed.bounds === 'partition' && partitionBy.length === 0) {
    throw new CommandError(
      5733408,
      "One cannot specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds.",
    );
  }
  return { path: parseFieldPath(field), partitionBy, ...parsed };
}

function unknownField(name: string): CommandError {
  return new CommandError(40415, `BSON field '$densify.${name}' is an unknown field.`);
}

function missing(name: string): CommandError {
  return new CommandError(40414, `BSON field '$densify.${name}' is missing but a required field`);
}

function wrongType(name: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '$densify.${name}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
  );
}

function parseRange(range: Doc): Pick<DensifySpecification, 'step' | 'unit' | 'bounds'> {
  for (const option of range.keys()) {
    if (option !== 'step' && option !== 'bounds' && option !== 'unit') throw unknownField(`range.${option}`);
  }
  const step = range.get('step');
  const bounds = range.get('bounds');
  if (step === undefined) throw missing('range.step');
  if (bounds === undefined) throw missing('range.bounds');
  if (!isNumber(step)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$densify.range.step' is the wrong type '${bsonTypeName(step)}', expected types '[int, decimal, double, long']`,
    );
  }
  if (toNumber(step) <= 0) {
    throw new CommandError(
      5733401,
      'The step parameter in a range statement must be a strictly positive numeric value',
    );
  }
  const unit = parseUnit(range.get('unit'));
  if (unit !== undefined && asSafeInteger(step) === undefined) {
    throw new CommandError(
      6586400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    );
  }
  const parsed = parseBounds(bounds, unit);
  checkSameType(step, parsed);
  return { step, bounds: parsed, ...(unit === undefined ? {} : { unit }) };
}

function checkSameType(step: Value, bounds: DensifySpecification['bounds']): void {
  if (typeof bounds === 'string' || !isNumber(bounds[0])) return;
  const types = new Set([step, ...bounds].map(bsonTypeName));
  if (types.size === 1) return;
  throw new CommandError(5876900, 'Upper bound, lower bound, and step must all have the same type');
}

function parseUnit(unit: Value | undefined): TimeUnit | undefined {
  if (unit === undefined) return undefined;
  if (typeof unit !== 'string') throw wrongType('range.unit', unit, 'string');
  if (isTimeUnit(unit)) return unit;
  throw new CommandError('FailedToParse', `unknown time unit value: ${unit}`);
}

function parseBounds(bounds: Value, unit: TimeUnit | undefined): DensifySpecification['bounds'] {
  if (bounds === 'full' || bounds === 'partition') return bounds;
  if (typeof bounds === 'string') {
    throw new CommandError(5946802, "Bounds string must either be 'full' or 'partition'");
  }
  if (!Array.isArray(bounds)) {
    throw new CommandError(
      5733404,
      "The bounds in a range statement must be the string 'full', 'partition', or an ascending array of two numbers or two dates",
    );
  }
  if (bounds.length !== 2) {
    throw new CommandError(5733403, 'A bounding array in a range statement must have exactly two elements');
  }
  const [lower, upper] = bounds as [Value, Value];
  const numbers = isNumber(lower) && isNumber(upper);
  const dates = lower instanceof Date && upper instanceof Date;
  if (!isNumber(lower) && !(lower instanceof Date)) {
    throw new CommandError(5946800, 'Explicit bounds must be numeric or dates');
  }
  if (!(numbers || dates) || compareValues(lower, upper) > 0) {
    throw new CommandError(
      5733402,
      'A bounding array must be an ascending array of either two dates or two numbers',
    );
  }
  if (dates && unit === undefined) {
    throw new CommandError(5733410, 'A bounding array of dates must specify a unit');
  }
  if (numbers && unit !== undefined) {
    throw new CommandError(5733409, 'Numeric bounds may not have unit parameter');
  }
  return [lower, upper];
}
