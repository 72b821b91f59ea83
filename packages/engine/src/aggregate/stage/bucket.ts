import { bsonTypeName, canonicalType, compareValues, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement, describeValue } from '../expression/describe';
import type { Expression, ExpressionScope } from '../expression/expression';
import { compileGroupField, groupStage, type GroupField } from './group';
import { singleKey } from './group-key';
import type { StageCompiler } from './stage';
import { collect, inBatches } from './stream';

const OPTIONS = ['groupBy', 'boundaries', 'default', 'output'];

/** `$bucket`: groups by ranges between given boundaries, in their order. */
export const BUCKET: StageCompiler = (argument, { scope, env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      40201,
      `Argument to $bucket stage must be an object, but found type: ${bsonTypeName(argument)}.`,
    );
  }
  const groupBy = argument.get('groupBy');
  if (groupBy !== undefined) checkGroupBy(groupBy);
  const listed = argument.get('boundaries');
  const boundaries = listed === undefined ? [] : parseBoundaries(listed, scope);
  const given = argument.get('default');
  const otherwise = given === undefined ? undefined : constantDefault(given, scope);
  const fields = outputFields(argument.get('output'), scope, 40196, '$bucket', '.');
  const unknown = [...argument.keys()].find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) throw new CommandError(40197, `Unrecognized option to $bucket: ${unknown}.`);
  if (groupBy === undefined || listed === undefined) {
    throw new CommandError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  if (otherwise !== undefined) checkDefault(otherwise, boundaries, env.collation);
  const key = bucketKey(scope.compile(groupBy), boundaries, otherwise, env.collation);
  const group = groupStage(name, singleKey(key), fields, env);
  return {
    name,
    async *run(source, variables) {
      const groups = await collect(group.run(source, variables));
      yield* inBatches(
        groups.sort((left, right) => compareValues(left.get('_id'), right.get('_id'), env.collation)),
      );
    },
  };
};

function checkGroupBy(groupBy: Value): void {
  const isPath = typeof groupBy === 'string' && groupBy.startsWith('$');
  const isExpression = groupBy instanceof Map && [...groupBy.keys()][0]?.startsWith('$') === true;
  if (isPath || isExpression) return;
  throw new CommandError(
    40202,
    `The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${describeElement(groupBy)}.`,
  );
}

function parseBoundaries(value: Value, scope: ExpressionScope): Value[] {
  if (!Array.isArray(value)) {
    throw new CommandError(
      40200,
      `The $bucket 'boundaries' field must be an array, but found type: ${bsonTypeName(value)}.`,
    );
  }
  const boundaries = value.map((element) => {
    const { constant } = scope.compile(element);
    if (constant !== undefined) return constant.value ?? null;
    throw new CommandError(
      40191,
      `The $bucket 'boundaries' field must be an array of constant values, but found value: ${describeElement(element)}.`,
    );
  });
  if (boundaries.length < 2) {
    throw new CommandError(
      40192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${boundaries.length} value(s).`,
    );
  }
  for (let index = 1; index < boundaries.length; index++) {
    checkAscending(boundaries[index - 1] as Value, boundaries[index] as Value, index, scope.collation);
  }
  return boundaries;
}

function checkAscending(lower: Value, upper: Value, index: number, collation: Collation | undefined): void {
  if (canonicalType(lower) !== canonicalType(upper)) {
    throw new CommandError(
      40193,
      `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${bsonTypeName(lower)} and ${bsonTypeName(upper)}.`,
    );
  }
  if (compareValues(lower, upper, collation) >= 0) {
    throw new CommandError(
      40194,
      `The 'boundaries' option to $bucket must be sorted, but elements ${index - 1} and ${index} are not in ascending order (${describeValue(lower)} is not less than ${describeValue(upper)}).`,
    );
  }
}

function constantDefault(value: Value, scope: ExpressionScope): Value {
  const { constant } = scope.compile(value);
  if (constant !== undefined) return constant.value ?? null;
  throw new CommandError(
    40195,
    `The $bucket 'default' field must be a constant expression, but found: ${describeElement(value)}.`,
  );
}

function checkDefault(
  otherwise: Value,
  boundaries: readonly Value[],
  collation: Collation | undefined,
): void {
  const inside =
    compareValues(otherwise, boundaries[0], collation) >= 0 &&
    compareValues(otherwise, boundaries.at(-1), collation) < 0;
  if (inside) {
    throw new CommandError(
      40199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
  }
}

/** The fields of a bucket's result: a count, unless others are asked for. */
export function outputFields(
  output: Value | undefined,
  scope: ExpressionScope,
  code: number,
  stage: string,
  stop: string,
): GroupField[] {
  if (output === undefined) return [compileGroupField('count', new Map([['$sum', 1]]), scope)];
  if (output instanceof Map)
    return Array.from(output, ([name, value]) => compileGroupField(name, value, scope));
  throw new CommandError(
    code,
    `The ${stage} 'output' field must be an object, but found type: ${bsonTypeName(output)}${stop}`,
  );
}

function bucketKey(
  groupBy: Expression,
  boundaries: readonly Value[],
  otherwise: Value | undefined,
  collation: Collation | undefined,
): Expression {
  return {
    evaluate: (document, variables) => {
      const value = groupBy.evaluate(document, variables);
      if (compareValues(value, boundaries[0], collation) >= 0) {
        for (let index = 1; index < boundaries.length; index++) {
          if (compareValues(value, boundaries[index], collation) < 0) return boundaries[index - 1];
        }
      }
      if (otherwise !== undefined) return otherwise;
      // mongod makes a $switch of the boundaries; this is what it says then.
      throw new CommandError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    },
  };
}
