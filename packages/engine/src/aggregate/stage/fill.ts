import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileAddFields } from '../projection/add-fields';
import type { CompileScope } from '../expression/scope';
import { compileOutput, windowStage } from './set-window-fields';
import { sortFields } from './sort';
import type { Stage, StageCompiler } from './stage';
import { mapStage } from './stream';

const OPTIONS: Readonly<Record<string, 'object' | 'array'>> = {
  sortBy: 'object',
  partitionBy: 'object',
  partitionByFields: 'array',
  output: 'object',
};
const METHODS: Readonly<Record<string, string>> = { locf: '$locf', linear: '$linearFill' };

/** `$fill`: nulls and missing fields get a value, the last one before, or one on the line between neighbours. */
export const FILL: StageCompiler = (argument, { scope, env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `The $fill stage specification must be an object, found ${bsonTypeName(argument)}`,
    );
  }
  for (const [option, value] of argument) checkOption(option, value);
  const output = argument.get('output') as Doc | undefined;
  if (output === undefined) {
    throw new CommandError(40414, "BSON field '$fill.output' is missing but a required field");
  }
  if (output.size === 0) {
    throw new CommandError(
      6050203,
      "The output field in '$fill' must contain an object with at least one element",
    );
  }
  const { windows, values } = splitOutput(output);
  const stages: Stage[] = [];
  if (windows.size > 0) {
    const sortBy = sortFields((argument.get('sortBy') as Doc | undefined) ?? new Map(), env.collation, scope);
    const partition = partitionOf(argument);
    const partitionBy = partition === undefined ? undefined : scope.compile(partition);
    stages.push(windowStage(name, partitionBy, sortBy, compileOutput(windows, sortBy, scope), env));
  }
  if (values.size > 0) stages.push(valueStage(name, values, scope));
  return {
    name,
    run: (source, variables) => stages.reduce((batches, stage) => stage.run(batches, variables), source),
  };
};

function checkOption(option: string, value: Value): void {
  const expected = OPTIONS[option];
  if (expected === undefined) {
    throw new CommandError(40415, `BSON field '$fill.${option}' is an unknown field.`);
  }
  const isRight = expected === 'object' ? value instanceof Map : Array.isArray(value);
  // A partition may also be a path, which mongod's parser takes for an object only.
  if (!isRight) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$fill.${option}' is the wrong type '${bsonTypeName(value)}', expected type '${expected}'`,
    );
  }
}

function splitOutput(output: Doc): { windows: Doc; values: Doc } {
  const windows: Doc = new Map();
  const values: Doc = new Map();
  for (const [field, specification] of output) {
    if (!(specification instanceof Map)) {
      throw new CommandError(
        6050200,
        'Each fill output specification must be an object with exactly one field',
      );
    }
    for (const option of specification.keys()) {
      if (option !== 'method' && option !== 'value') {
        throw new CommandError(40415, `BSON field '$fill.${option}' is an unknown field.`);
      }
    }
    const method = specification.get('method');
    const value = specification.get('value');
    if (method !== undefined && value !== undefined) {
      throw new CommandError(
        6050201,
        "Each fill output specification must have exactly one of 'method' or 'value' fields, not both",
      );
    }
    if (value !== undefined) values.set(field, new Map([['$ifNull', [`$${field}`, value]]]));
    else if (method !== undefined) windows.set(field, new Map([[methodOf(method), `$${field}`]]));
  }
  return { windows, values };
}

function methodOf(method: Value): string {
  const operator = typeof method === 'string' ? METHODS[method] : undefined;
  if (operator !== undefined) return operator;
  throw new CommandError(6050202, 'Method must be either locf or linear');
}

function partitionOf(argument: Doc): Value | undefined {
  const expression = argument.get('partitionBy');
  const fields = argument.get('partitionByFields') as readonly Value[] | undefined;
  if (expression !== undefined && fields !== undefined) {
    throw new CommandError(
      6050204,
      "Maximum one of 'partitionBy' and 'partitionByFields' can be specified in '$fill'",
    );
  }
  if (fields === undefined || fields.length === 0) return expression;
  const partition: Doc = new Map();
  for (const [index, field] of fields.entries()) {
    if (typeof field !== 'string') {
      throw new CommandError(
        'TypeMismatch',
        `BSON field '$fill.partitionByFields.${index}' is the wrong type '${bsonTypeName(field)}', expected type 'string'`,
      );
    }
    if (field.startsWith('$')) {
      throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${field}'`);
    }
    partition.set(`p${index}`, `$${field}`);
  }
  return partition;
}

function valueStage(name: string, values: Doc, scope: CompileScope): Stage {
  return mapStage(name, compileAddFields(values, scope, '$addFields'));
}
